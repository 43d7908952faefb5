'use strict';

// A TCP proxy that delays what passes, in a process of its own. Delays only: no loss, no limit.
const net = require('node:net');

const { listen, port, delayMs } = JSON.parse(process.argv[2]);
process.stdin.on('end', () => process.exit(0)).resume();

const pipe = (from, to) => {
  const queue = [];
  let timer = null;
  let over = false;
  const release = () => {
    timer = null;
    const now = performance.now();
    const due = [];
    while (queue.length > 0 && queue[0].at <= now + 0.5) due.push(queue.shift().bytes);
    if (due.length > 0 && to.writable) to.write(Buffer.concat(due));
    if (queue.length > 0) timer = setTimeout(release, Math.max(1, Math.floor(queue[0].at - now)));
    else if (over) to.end();
  };
  from.on('data', (bytes) => {
    queue.push({ at: performance.now() + delayMs, bytes });
    timer ??= setTimeout(release, delayMs);
  });
  from.on('error', () => undefined);
  // What was sent before the end arrives before it.
  from.on('close', () => {
    over = true;
    timer ??= setTimeout(release, delayMs);
  });
};

net
  .createServer((client) => {
    const server = net.connect(port, '127.0.0.1');
    client.setNoDelay(true);
    server.setNoDelay(true);
    pipe(client, server);
    pipe(server, client);
  })
  .listen(listen, '127.0.0.1');
