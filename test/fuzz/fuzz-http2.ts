import assert from 'node:assert';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { conversation, cuts, decodeBlock, headerBlocks, play } from './http2-cases';

const HELP = `npm run fuzz:http2 -- [--runs <number>] [--seed <number>]

Gives the HTTP/2 session and the HPACK decoder what a server might send: good frames, spoiled ones, anything, cut
anywhere. Fails when something is thrown that is not a protocol error, when a stream ends twice, when memory grows
beyond the limits, or when the outcome depends on where the bytes were cut.

  --runs  conversations, and as many sets of header blocks; default 1000000
  --seed  that of a failed run, which says it
`;
const BATCH = 10_000;

/** The long run; sets the exit code. */
export function fuzzHttp2(args: string[]): void {
  const { values } = parseArgs({
    args,
    options: {
      runs: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const runs = Number(values.runs);
  const from = performance.now();
  let errors = 0;
  let octets = 0;
  for (let done = 0; done < runs; done += BATCH) {
    const options = { numRuns: Math.min(BATCH, runs - done), seed: Number(values.seed) + done };
    fc.assert(
      fc.property(conversation, cuts, fc.constantFrom(1, 3, Infinity), (bytes, places, maxFrames) => {
        const whole = play(bytes, []);
        assert.deepStrictEqual(play(bytes, places, maxFrames), whole);
        octets += bytes.length;
        if (whole.error !== null) errors++;
      }),
      options,
    );
    fc.assert(fc.property(headerBlocks, decodeBlock), options);
  }
  const seconds = Math.round((performance.now() - from) / 1_000);
  process.stdout.write(
    `${runs} conversations (${Math.round(octets / 1e6)} MB; ${errors} of them ended by a GOAWAY) and ${runs} sets of header blocks in ${seconds} s, seed ${values.seed}: nothing found.\n`,
  );
}
