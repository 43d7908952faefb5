import { HeaderField } from './header-field';

/** The static table of HPACK (RFC 7541 Appendix A), in its order: a name, or a name, a space and a value. */
const LINES = `:authority
:method GET
:method POST
:path /
:path /index.html
:scheme http
:scheme https
:status 200
:status 204
:status 206
:status 304
:status 400
:status 404
:status 500
accept-charset
accept-encoding gzip, deflate
accept-language
accept-ranges
accept
access-control-allow-origin
age
allow
authorization
cache-control
content-disposition
content-encoding
content-language
content-length
content-location
content-range
content-type
cookie
date
etag
expect
expires
from
host
if-match
if-modified-since
if-none-match
if-range
if-unmodified-since
last-modified
link
location
max-forwards
proxy-authenticate
proxy-authorization
range
referer
refresh
retry-after
server
set-cookie
strict-transport-security
transfer-encoding
user-agent
vary
via
www-authenticate`.split('\n');

/** The entry with index n is at n - 1. */
export const STATIC_TABLE: readonly HeaderField[] = LINES.map((line) => {
  const [name] = line.split(' ', 1);
  return new HeaderField(name, line.slice(name.length + 1));
});
