'use strict';

// Node's own HTTP/2 server, in a process of its own: answers 200 with the apns-id.
const { readFileSync } = require('node:fs');
const http2 = require('node:http2');

const { port, key, cert, tls } = JSON.parse(process.argv[2]);
const server = http2.createSecureServer({
  key: readFileSync(key),
  cert: readFileSync(cert),
  ...(tls ? { minVersion: tls, maxVersion: tls } : {}),
  settings: { maxConcurrentStreams: 1_000 },
  maxSessionMemory: 1_000,
});
server.on('sessionError', () => undefined);
server.on('stream', (stream, headers) => {
  stream.on('error', () => undefined);
  stream.resume();
  stream.on('end', () => stream.respond({ ':status': 200, 'apns-id': headers['apns-id'] }, { endStream: true }));
});
server.listen(port, '127.0.0.1');
