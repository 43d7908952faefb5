import { inTurns } from '../../../server/pipeline/push/canary';

describe('inTurns', () => {
  it('takes from each list alike', () => {
    expect(inTurns([[1, 2, 3], [10, 20], [100]], 5)).toEqual([1, 10, 100, 2, 20]);
  });

  it('takes what there is where one list has it all', () => {
    expect(inTurns([[], [1, 2, 3, 4], []], 3)).toEqual([1, 2, 3]);
    expect(inTurns([[], [1]], 3)).toEqual([1]);
  });
});
