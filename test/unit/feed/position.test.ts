import fc from 'fast-check';
import { locate } from '../../../server/feed/position';

const LOG = { epoch: 'e1', head: 50, floor: 10 };

describe('a reader of the log', () => {
  it('that has no revision yet gets the head', () => {
    expect(locate(LOG, {})).toEqual({ kind: 'head' });
    expect(locate(LOG, { epoch: 'e1' })).toEqual({ kind: 'head' });
  });

  it('of another epoch starts over, whatever its numbers say', () => {
    for (const query of [{}, { since: 20 }, { since: 20, to: 30 }, { since: 90, to: 99 }]) {
      expect(locate(LOG, { epoch: 'e0', ...query })).toEqual({ kind: 'reset' });
    }
  });

  it('ahead of the log or below its floor starts over', () => {
    expect(locate(LOG, { epoch: 'e1', since: 51 })).toEqual({ kind: 'reset' });
    expect(locate(LOG, { epoch: 'e1', since: 9 })).toEqual({ kind: 'reset' });
    expect(locate(LOG, { epoch: 'e1', since: 51, to: 60 })).toEqual({ kind: 'reset' });
  });

  it('at the floor or at the head is served', () => {
    expect(locate(LOG, { epoch: 'e1', since: 10 })).toEqual({ kind: 'range', since: 10, end: 50 });
    expect(locate(LOG, { epoch: 'e1', since: 50 })).toEqual({ kind: 'range', since: 50, end: 50 });
  });

  it('that names a revision beyond the head is told so', () => {
    expect(locate(LOG, { epoch: 'e1', since: 20, to: 51 })).toEqual({ kind: 'to-ahead', to: 51 });
  });

  it('gets the same range for the same `to`, however the log grows', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), fc.nat(1_000), (length, from, growth) => {
        const query = { epoch: 'e1', since: 10 + Math.min(from, 40 - length), to: 0 };
        query.to = query.since + length;
        expect(locate({ ...LOG, head: LOG.head + growth }, query)).toEqual(locate(LOG, query));
      }),
    );
  });
});
