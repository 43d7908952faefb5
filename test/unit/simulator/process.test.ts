import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { LogEntry, RunAnnouncement, RunOptions, Summary } from '../../simulator';
import { connect, createProvider, device, TOPIC, type Client } from './client';

const RUN = path.resolve(__dirname, '../../simulator/run.js');
const provider = createProvider();
const children: ChildProcess[] = [];

const spawnSimulator = async (options: RunOptions): Promise<{ child: ChildProcess; announced: RunAnnouncement }> => {
  const child = spawn(process.execPath, [RUN, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, announced: JSON.parse(line) as RunAnnouncement };
};

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const connectTo = ({ origin, ca }: RunAnnouncement): Promise<Client> => connect({ origin, ca }, provider.token());

const control = async <T>(url: string, route: string, body?: unknown): Promise<T> => {
  const response = await fetch(
    `${url}${route}`,
    body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
  );
  expect(response.status).toBe(200);
  return (await response.json()) as T;
};

it('runs as its own process and is controlled over HTTP', async () => {
  const { announced } = await spawnSimulator({ keys: [provider.key], topics: [TOPIC] });
  const { control: url } = announced;
  expect(await (await fetch(`${url}/ca`)).text()).toBe(announced.ca);

  await control(url, '/behave', { token: device(2), reason: 'Unregistered' });
  const client = await connectTo(announced);
  for (const n of [1, 2, 1]) await client.send({ path: `/3/device/${device(n)}` });

  const { entries, next } = await control<{ entries: LogEntry[]; next: number }>(url, '/log?from=1');
  expect(entries.map(({ status, reason }) => [status, reason])).toEqual([
    [410, 'Unregistered'],
    [200, null],
  ]);
  expect(next).toBe(3);
  expect(await control<Summary>(url, '/summary')).toEqual({
    received: 3,
    valid: 2,
    unique: 1,
    duplicates: 1,
    refused: 0,
    perStatus: { 200: 2, 410: 1 },
    connections: 1,
  });
  expect(await control(url, '/accepted')).toEqual({ [device(1)]: 2 });

  await control(url, '/give-out', { token: device(3), topic: 'com.example.other' });
  expect((await client.send({ path: `/3/device/${device(3)}` })).reason).toBe('DeviceTokenNotForTopic');
  await control(url, '/clear', {});
  expect(await control<Summary>(url, '/summary')).toMatchObject({ received: 0, connections: 0 });
  expect((await client.send({ path: `/3/device/${device(2)}` })).status).toBe(200);
  await client.close();
});

it('says what the control API knows when it is asked for something else', async () => {
  const { announced } = await spawnSimulator({});
  const response = await fetch(`${announced.control}/nothing`);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('POST /behave');
  const broken = await fetch(`${announced.control}/behave`, { method: 'POST', body: '{' });
  expect(broken.status).toBe(400);
});

it.each([
  ['its standard input closes', (child: ChildProcess) => child.stdin?.end()],
  ['it gets SIGTERM', (child: ChildProcess) => child.kill('SIGTERM')],
])('ends when %s', async (_when, end) => {
  const { child } = await spawnSimulator({});
  const exited = once(child, 'exit');
  end(child);
  expect(await exited).toEqual([0, null]);
});
