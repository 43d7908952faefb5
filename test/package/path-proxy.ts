import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PathProxy {
  /** What the app is called in public: its `server.url`. */
  url: string;
  /** From now on it hands requests to this port. */
  sendTo(port: number): void;
  close(): void;
}

/** A reverse proxy as it stands before a Strapi whose `server.url` has a path: it takes the path off, which Strapi asks for. */
export async function startPathProxy(below: string): Promise<PathProxy> {
  let target = 0;
  const server = createServer({ keepAliveTimeout: 0 }, (incoming, answer) => {
    const { method, headers, url = '' } = incoming;
    if (!url.startsWith(`${below}/`)) return void answer.writeHead(404).end('This is not a path of the proxy.');
    const onward = request(
      { host: '127.0.0.1', port: target, method, headers, path: url.slice(below.length) },
      (got) => {
        answer.writeHead(got.statusCode!, got.headers);
        got.pipe(answer);
      },
    );
    onward.on('error', (error) => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end(error.message)));
    incoming.pipe(onward);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${below}`,
    sendTo: (port) => void (target = port),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
