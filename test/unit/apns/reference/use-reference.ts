import { useConnect } from '../lane';
import { createNodeHttp2Connect } from './node-http2';

// Imported before a script, which then runs over Node's own HTTP/2.
useConnect(createNodeHttp2Connect);
