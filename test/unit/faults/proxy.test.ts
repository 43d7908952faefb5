import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { startProxy, type Proxy } from '../../faults/proxy';

describe('the proxy of the fault suite', () => {
  let proxy: Proxy;
  const server = createServer();
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = await startProxy({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  });
  afterAll(async () => {
    await proxy.close();
    server.close();
  });

  it.each(['end', 'resetAndDestroy'] as const)(
    'lets go of a connection whose client went by %s in a black hole, once that is over',
    async (go) => {
      const client = connect(proxy.port, '127.0.0.1');
      const [far] = (await once(server, 'connection')) as [Socket];
      far.on('error', () => undefined);
      const closed = once(far, 'close');
      client.write('before');
      await once(far, 'data');
      proxy.set('black-hole');
      client[go]();
      // By the time that the proxy has taken another connection it has seen the end of this one.
      const another = connect(proxy.port, '127.0.0.1');
      await once(server, 'connection');
      expect(far.destroyed).toBe(false);
      proxy.set('clear');
      await closed;
      client.destroy();
      another.destroy();
    },
  );
});
