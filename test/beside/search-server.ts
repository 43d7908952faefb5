import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that takes what strapi-plugin-meilisearch sends, as far as that plugin looks at the answers. */
export interface SearchServer {
  url: string;
  /** `<method> <path>` of each write so far, in order. */
  writes(): string[];
  close(): Promise<void>;
}

const TASK = { taskUid: 1, indexUid: 'article', status: 'enqueued', type: 'documentAdditionOrUpdate' };

export async function startSearchServer(): Promise<SearchServer> {
  const writes: string[] = [];
  const server = http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const { method = '', url = '' } = request;
    request.resume().once('end', () => {
      if (method !== 'GET') writes.push(`${method} ${url.split('?')[0]}`);
      const enqueuedAt = new Date(0).toISOString();
      const answer = url.startsWith('/tasks') ? { ...TASK, uid: 1, status: 'succeeded' } : { ...TASK, indexes: {} };
      response.writeHead(method === 'GET' ? 200 : 202, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...answer, enqueuedAt }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    writes: () => [...writes],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
