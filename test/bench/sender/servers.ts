import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../integration/free-port';
import { createAuthority, createServerCertificate } from '../../simulator';

/** A server to measure against, in a process of its own. */
export interface BenchServer {
  origin: string;
  port: number;
  /** PEM of the authority to trust. */
  ca: string;
  listensOn443: boolean;
  stop(): Promise<void>;
}

export type TlsVersion = '1.2' | '1.3';

const ANSWERS_WITHIN_MS = 10_000;

export const has = (program: string): boolean => spawnSync('which', [program]).status === 0;

/** Servers run on the first core, clients on the second, where the system can pin them. */
export function pinned(core: 0 | 1, command: string, args: string[]): [string, string[]] {
  return has('taskset') ? ['taskset', ['-c', String(core), command, ...args]] : [command, args];
}

async function isListening(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
  }).then((answer) => {
    socket.destroy();
    return answer as boolean;
  });
}

/** Starts a program that listens with a certificate of its own. */
async function start(
  write: (folder: string, port: number, files: { key: string; cert: string }) => [string, string[]],
  parent = tmpdir(),
): Promise<BenchServer> {
  const folder = mkdtempSync(path.join(parent, 'bench-sender-'));
  const authority = createAuthority();
  const { certificatePem, privateKeyPem } = createServerCertificate(authority);
  const files = { key: path.join(folder, 'key.pem'), cert: path.join(folder, 'cert.pem') };
  writeFileSync(files.key, privateKeyPem);
  writeFileSync(files.cert, certificatePem);
  const port = await freePort();
  const [command, args] = pinned(0, ...write(folder, port, files));
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = once(child, 'exit');
  const kill = () => child.kill('SIGTERM');
  process.once('exit', kill);
  const until = Date.now() + ANSWERS_WITHIN_MS;
  while (!(await isListening(port))) {
    if (Date.now() > until || child.exitCode !== null) throw new Error(`${command} ${args.join(' ')} does not listen.`);
    await sleep(20);
  }
  return {
    origin: `https://localhost:${port}`,
    port,
    ca: authority.certificatePem,
    listensOn443: false,
    async stop() {
      process.off('exit', kill);
      kill();
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

/** Whether this process may listen there, and nobody does. */
async function is443Free(): Promise<boolean> {
  const server = net.createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.on('error', () => resolve(false)).listen(443, '127.0.0.1', () => resolve(true));
  });
  await new Promise((resolve) => server.close(resolve));
  return isFree;
}

export interface NginxOptions {
  /** Default: both. */
  tls?: TlsVersion;
  /** Streams after which nginx retires a connection, with GOAWAY. Default: never. */
  keepaliveRequests?: number;
}

/** nginx: answers each push by itself, with its apns-id. */
export async function startNginx({ tls, keepaliveRequests = 1e9 }: NginxOptions = {}): Promise<BenchServer> {
  const listensOn443 = await is443Free();
  const server = await start((folder, port, { key, cert }) => {
    const config = path.join(folder, 'nginx.conf');
    writeFileSync(
      config,
      `daemon off;
worker_processes 1;
pid ${folder}/pid;
error_log stderr error;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  keepalive_requests ${keepaliveRequests};
  keepalive_timeout 3600s;
  http2_max_concurrent_streams 1000;
  server {
    listen 127.0.0.1:${port} ssl http2;
    ${listensOn443 ? 'listen 127.0.0.1:443 ssl http2;' : ''}
    ssl_certificate ${cert};
    ssl_certificate_key ${key};
    ssl_protocols ${tls ? `TLSv${tls}` : 'TLSv1.2 TLSv1.3'};
    location / {
      add_header apns-id $http_apns_id;
      return 200;
    }
  }
}
`,
    );
    return ['nginx', ['-e', 'stderr', '-p', folder, '-c', config]];
  });
  return { ...server, listensOn443 };
}

/** A folder in memory, where the system has one. */
const MEMORY = '/dev/shm';
const OWN_MOUNTS = ['--mount', '--map-root-user'];

/** Whether a program can be run that finds a folder in memory where the others have `/tmp`. */
export const hasTmpfs = (): boolean =>
  spawnSync('unshare', [...OWN_MOUNTS, 'mount', '--bind', MEMORY, '/tmp']).status === 0;

/**
 * nghttpd: sends the payload back. Its TLS version cannot be chosen: that is the client's affair. It writes each payload
 * into a file of its own in `/tmp`, which on a disk takes most of its time: it gets a folder in memory there, if it can.
 */
export function startNghttpd(): Promise<BenchServer> {
  const isInMemory = hasTmpfs();
  return start(
    (folder, port, { key, cert }) => {
      const args = ['--address=127.0.0.1', '--echo-upload', '-m1000', '-d', folder, String(port), key, cert];
      if (!isInMemory) return ['nghttpd', args];
      const script = 'mount --bind "$0" /tmp && exec nghttpd "$@"';
      return ['unshare', [...OWN_MOUNTS, 'sh', '-c', script, folder, ...args]];
    },
    isInMemory ? MEMORY : tmpdir(),
  );
}

/** Node's own HTTP/2 server. */
export function startNodeServer(tls?: TlsVersion): Promise<BenchServer> {
  return start((_, port, { key, cert }) => [
    process.execPath,
    [path.join(__dirname, 'node-server.js'), JSON.stringify({ port, key, cert, tls: tls && `TLSv${tls}` })],
  ]);
}

/** The simulator's fast mode: answers a whole batch in one write, as a server does that is built for throughput. */
export async function startCoalescing(latencyMs = 0): Promise<BenchServer> {
  const run = path.resolve(__dirname, '../../simulator/run.js');
  const [command, args] = pinned(0, process.execPath, [run, JSON.stringify({ fast: true, latencyMs })]);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { origin, ca } = JSON.parse(line.toString()) as { origin: string; ca: string };
  return {
    origin,
    port: Number(new URL(origin).port),
    ca,
    listensOn443: false,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** A proxy that holds everything back for half of the round trip, each way. */
export async function startDelay({ port, ca }: BenchServer, roundTripMs: number): Promise<BenchServer> {
  const listen = await freePort();
  const options = { listen, port, delayMs: roundTripMs / 2 };
  const [command, args] = pinned(0, process.execPath, [
    path.join(__dirname, 'delay-proxy.js'),
    JSON.stringify(options),
  ]);
  const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'inherit'] });
  const exited = once(child, 'exit');
  while (!(await isListening(listen))) await sleep(20);
  return {
    origin: `https://localhost:${listen}`,
    port: listen,
    ca,
    listensOn443: false,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
