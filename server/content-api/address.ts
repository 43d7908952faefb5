import { BlockList, isIP, isIPv6 } from 'node:net';

/** What of Koa's request tells where it comes from. */
export interface AddressedRequest {
  app: { proxy: boolean; proxyIpHeader: string; maxIpsCount: number };
  socket: { remoteAddress?: string };
  get(header: string): string;
}

/** Where a request comes from. */
export interface Origin {
  /** Whom limits count it against: an IP address, or `NO_ADDRESS`. */
  address: string;
  /** Who holds the other end of the connection. */
  peer: string;
}

/** A socket of the file system has no address. */
export const NO_ADDRESS = 'no address';

/**
 * The address that the outermost trusted proxy saw. Strapi hands `server.proxy` to Koa, which believes the leftmost
 * entry of X-Forwarded-For unless `maxIpsCount` says how many proxies there are; but the leftmost is whatever the caller
 * wrote, so without that number only what the last proxy added is believed.
 */
export function originOf(request: AddressedRequest): Origin {
  const { proxy, proxyIpHeader, maxIpsCount } = request.app;
  const peer = ipIn(request.socket.remoteAddress ?? '') ?? NO_ADDRESS;
  const listed = proxy ? request.get(proxyIpHeader).split(',') : [];
  const proxies = Math.max(1, maxIpsCount);
  const said = listed.slice(-proxies)[0] ?? '';
  return { address: ipIn(said) ?? peer, peer };
}

/** `192.0.2.7`, `192.0.2.7:443`, `[2001:db8::1]:443`: some proxies add the port. */
const WITH_PORT = /^(?:\[(.*)\]|([\d.]+))(?::\d+)?$/;

/** @returns the IP address in a text, an IPv4 one in its own form however IPv6 wraps it; null when it is none */
function ipIn(text: string): string | null {
  const trimmed = text.trim();
  const [, bracketed, dotted] = WITH_PORT.exec(trimmed) ?? [];
  const [ip = ''] = (bracketed ?? dotted ?? trimmed).split('%');
  if (isIP(ip) === 0) return null;
  return isIPv6(ip) ? (ipv4In(groupsOf(ip)) ?? ip) : ip;
}

/** How IPv6 carries an IPv4 address: mapped by a socket of both families, or translated (RFC 6052). */
const IPV4_PREFIXES = ['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'];

function ipv4In(groups: readonly number[]): string | null {
  if (!IPV4_PREFIXES.includes(hex(groups.slice(0, 6)))) return null;
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
}

/**
 * The networks that a limit counts an address by, the narrowest first: an IPv4 address alone; of an IPv6 address its
 * /64, which one subscriber always has, and /56 and /48, which many have.
 */
export function networksOf(address: string): readonly string[] {
  if (!isIPv6(address)) return [address];
  const groups = groupsOf(address);
  const half = (groups[3] ?? 0) & 0xff00;
  return [`${hex(groups.slice(0, 4))}/64`, `${hex([...groups.slice(0, 3), half])}/56`, `${hex(groups.slice(0, 3))}/48`];
}

/** The eight groups of an IPv6 address; what `::` leaves out are zeros. */
function groupsOf(ip: string): number[] {
  const [head = '', tail = ''] = ip.split('::');
  const [before, after] = [head, tail].map(numbersOf) as [number[], number[]];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function numbersOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

const hex = (groups: readonly number[]): string => groups.map((group) => group.toString(16)).join(':');

/** What a phone on the internet never has: only a proxy, a balancer or a neighbour comes from there. */
const PRIVATE = new BlockList();
for (const [net, prefix, family] of [
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
] as const) {
  PRIVATE.addSubnet(net, prefix, family);
}

export function isPrivate(address: string): boolean {
  return address === NO_ADDRESS || PRIVATE.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
