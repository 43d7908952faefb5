import { isImplausible } from '../../../server/pipeline/push/deletions';

describe('isImplausible', () => {
  it.each([
    ['believes that a tenth is gone', { gone: 10, answers: 100, goneBefore: 0 }, false],
    ['does not believe in more', { gone: 11, answers: 100, goneBefore: 0 }, true],
    ['believes in a few, whatever their share', { gone: 9, answers: 9, goneBefore: 0 }, false],
    ['does not believe that everybody is gone', { gone: 2_000, answers: 2_000, goneBefore: 0 }, true],
    ['adds up what pushes of the same day deleted', { gone: 8, answers: 92, goneBefore: 8 }, true],
    ['makes nothing of a push that nobody left', { gone: 0, answers: 10, goneBefore: 100 }, false],
  ])('%s', (_, facts, implausible) => {
    expect(isImplausible(facts)).toBe(implausible);
  });
});
