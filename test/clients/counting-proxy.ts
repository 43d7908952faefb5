import http from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Counter } from './counter';

/** Stands before a Strapi, and notes what apps ask it. */
export async function startCountingProxy(target: string, counter: Counter) {
  const agent = new http.Agent({ keepAlive: false });
  const server = http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const { method = 'GET', url = '/', headers } = request;
      counter.seen.push({ method, url, body });
      const passed = http.request(new URL(url, target), { method, headers, agent }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      });
      passed.on('error', () => response.destroy());
      passed.end(body);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
