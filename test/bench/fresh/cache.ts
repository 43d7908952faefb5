import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../../integration/free-port';
import { until } from '../../until';

/** nginx in front of Strapi, as `docs/administrators.md` shows it. */
export interface Cache {
  port: number;
  /** How many requests for a page it passed on to Strapi. */
  pagesPassedOn(): number;
  stop(): Promise<void>;
}

export async function startCache(origin: string): Promise<Cache> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'fresh-nginx-'));
  const port = await freePort();
  const log = path.join(folder, 'passed-on.log');
  writeFileSync(path.join(folder, 'nginx.conf'), configuration(port, origin, log));
  writeFileSync(log, '');
  const child = spawn('nginx', ['-e', 'stderr', '-p', folder, '-c', path.join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const exited = once(child, 'exit');
  const answers = async () => (await fetch(`http://127.0.0.1:${port}/there`).catch(() => null))?.ok === true;
  await until(answers, { within: 10_000, what: 'nginx' });
  return {
    port,
    pagesPassedOn: () => readFileSync(log, 'utf8').split('\n').filter(Boolean).length,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const configuration = (port: number, origin: string, log: string): string => `
daemon off;
# Else the worker of a root's nginx is nobody, and may not write here.
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
pid nginx.pid;
events { worker_connections 4096; }
http {
  map "$request_method $upstream_addr" $page_passed_on { default 0; "~^GET ." 1; }
  log_format line "$upstream_cache_status $request_uri";
  access_log ${log} line if=$page_passed_on;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  keepalive_requests 10000000;
  proxy_cache_path cache levels=1:2 keys_zone=push:10m max_size=1g inactive=10m;
  server {
    listen 127.0.0.1:${port};
    location = /there { return 200; }
    location /api/background-push/ {
      proxy_pass ${origin};
      proxy_cache push;
      proxy_cache_lock on;
      proxy_cache_use_stale updating;
      proxy_set_header Accept-Encoding gzip;
      gunzip on;
      proxy_set_header X-Forwarded-For $remote_addr;
    }
  }
}
`;
