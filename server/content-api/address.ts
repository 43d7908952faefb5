import { isIPv4, isIPv6 } from 'node:net';

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const PREFIX_GROUPS = 4;

/**
 * Whom a limit counts: an IPv4 address, or the /64 network of an IPv6 address, because one subscriber has all of it.
 *
 * @param ip as Koa found it, after Strapi's `server.proxy` settings
 */
export function limitKeyOf(ip: string): string {
  const address = ip.split('%')[0] ?? ip;
  const mapped = MAPPED_IPV4.exec(address)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  return isIPv6(address) ? `${networkOf(address)}/64` : address;
}

/** The first four groups of an IPv6 address, without leading zeros. */
function networkOf(address: string): string {
  const [head = '', tail] = address.split('::');
  const before = groupsOf(head);
  // What `::` leaves out are zeros; the groups after it only matter where it stands for few.
  const after = tail === undefined ? [] : groupsOf(tail);
  const missing = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(missing).fill('0'), ...after];
  return groups
    .slice(0, PREFIX_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

function groupsOf(text: string): string[] {
  if (text === '') return [];
  // A dotted end is two groups; they are never among the first four.
  return text.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]));
}
