import fc from 'fast-check';
import { conversation, cuts, decodeBlock, headerBlocks, play } from '../../../fuzz/http2-cases';

// A sample; `npm run fuzz:http2` is the long run.
const numRuns = 2_000;

describe('whatever a server sends', () => {
  it('is answered by events and a GOAWAY at worst, and alike however it was cut on its way', () => {
    fc.assert(
      fc.property(conversation, cuts, fc.constantFrom(1, 3, Infinity), (bytes, places, maxFrames) => {
        expect(play(bytes, places, maxFrames)).toEqual(play(bytes, []));
      }),
      { numRuns },
    );
  });

  it('is read alike at every split point', () => {
    fc.assert(
      fc.property(conversation, (bytes) => {
        const whole = play(bytes, []);
        for (let cut = 1; cut < bytes.length; cut++) expect(play(bytes, [cut])).toEqual(whole);
        expect(
          play(
            bytes,
            Array.from({ length: bytes.length }, (_, index) => index),
          ),
        ).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  it('in header blocks decodes or is a COMPRESSION_ERROR', () => {
    fc.assert(fc.property(headerBlocks, decodeBlock), { numRuns });
  });
});
