import os from 'node:os';
import { parseArgs } from 'node:util';
import { createSigningKey } from '../../simulator';
import { load, PARTS, type Plan } from './parts';
import { installPeers } from './peers';
import { has, startNginx, startNodeServer } from './servers';

const HELP = `npm run bench:sender -- [--rounds <number>] [--scale <number>] [--only <list>] [--json]

Measures what a push costs: the plugin's sender beside a bare node:http2 loop, undici, @parse/node-apn, apns2 and
h2load (Debian: nghttp2-client), each in a process of its own, in turns, against the same server: nginx (Debian), which
answers each push by itself, and the simulator's fast mode, which answers many at once. Peers are installed into
test/bench/peers, by this command only. Without nginx, Node's own HTTP/2 server stands in.

  --rounds  how often each client runs; default 5
  --scale   multiplies the numbers of pushes; default 1, about 20 minutes
  --only    only these, of ${Object.keys(PARTS).join(', ')}
  --json    ends with one line of figures on stdout, everything else goes to stderr
`;

/** The whole benchmark; sets the exit code. No figure makes it fail, but a push that was lost does. */
export async function benchSender(args: string[]): Promise<void> {
  process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
  try {
    const { values } = parseArgs({
      args,
      options: {
        rounds: { type: 'string', default: '5' },
        scale: { type: 'string', default: '1' },
        only: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return;
    }
    const report = values.json ? process.stderr : process.stdout;
    const say = (line: string) => void report.write(`${line}\n`);
    const plan: Plan = {
      parts: partsOf(values.only),
      rounds: Number(values.rounds),
      scale: Number(values.scale),
      key: createSigningKey().privateKeyPem,
      say,
    };
    const figures = await measureAll(plan, installPeers(say));
    say(`\nLoad of the machine at the end: ${load()}.`);
    if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  } catch (error) {
    process.stderr.write(`The benchmark failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

/** @throws Error naming a part that there is none of */
function partsOf(list: string | undefined): Plan['parts'] {
  const all = Object.keys(PARTS) as (keyof typeof PARTS)[];
  const names = list?.split(',');
  const stranger = names?.find((name) => !(name in PARTS));
  if (stranger !== undefined) throw new Error(`--only (${stranger}) must be of ${all.join(', ')}.`);
  return names ? all.filter((name) => names.includes(name)) : all;
}

async function measureAll(plan: Plan, peersAreThere: boolean) {
  const { say } = plan;
  say(`${os.cpus().length} cores (${os.cpus()[0].model.trim()}), Node.js ${process.version}, load ${load()}`);
  const server = has('nginx') ? await startNginx() : await startNodeServer();
  if (!has('nginx')) say('nginx is not installed: Node.js answers instead, and h2load is left out.');
  try {
    const figures: Record<string, unknown> = {};
    for (const name of plan.parts) {
      const figure = await PARTS[name](plan, server, peersAreThere);
      if (figure !== undefined) figures[name] = figure;
    }
    return figures;
  } finally {
    await server.stop();
  }
}
