/** The few lines of DER (X.690) that an X.509 certificate needs. */

const encodeLength = (length: number): Buffer => {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
};

/** One value: tag, length, content (the parts, joined). */
export const tagged = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), encodeLength(content.length), content]);
};

export const sequence = (...parts: Uint8Array[]): Buffer => tagged(0x30, ...parts);
export const set = (...parts: Uint8Array[]): Buffer => tagged(0x31, ...parts);
export const octets = (content: Uint8Array): Buffer => tagged(0x04, content);
export const utf8 = (text: string): Buffer => tagged(0x0c, Buffer.from(text, 'utf8'));
export const yes = (): Buffer => Buffer.from([0x01, 0x01, 0xff]);

/** Context-specific, constructed: `[number] EXPLICIT`. */
export const explicit = (number: number, content: Uint8Array): Buffer => tagged(0xa0 | number, content);

/** Context-specific, primitive: `[number] IMPLICIT` of a string type. */
export const implicit = (number: number, content: Uint8Array): Buffer => tagged(0x80 | number, content);

/** A non-negative INTEGER from its big-endian bytes. */
export const integer = (bytes: Uint8Array): Buffer => {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? Uint8Array.of(0) : bytes.subarray(start);
  // DER integers are signed: a leading one bit would make it negative.
  return (digits[0] ?? 0) & 0x80 ? tagged(0x02, Uint8Array.of(0), digits) : tagged(0x02, digits);
};

export const bits = (content: Uint8Array, unused = 0): Buffer => tagged(0x03, Uint8Array.of(unused), content);

/** An OBJECT IDENTIFIER from its dotted form. */
export const oid = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift(0x80 | (left % 128));
    bytes.push(...groups);
  }
  return tagged(0x06, Buffer.from(bytes));
};

/** UTCTime until 2049 and GeneralizedTime from 2050 on, as RFC 5280 §4.1.2.5 asks. */
export const time = (at: Date): Buffer => {
  const digits = at.toISOString().replace(/[-:T]/g, '').replace(/\..*$/, 'Z');
  return at.getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(digits.slice(2), 'latin1'))
    : tagged(0x18, Buffer.from(digits, 'latin1'));
};
