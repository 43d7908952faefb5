import { DEVICES_FILE_END, MAX_LINE_BYTES, type RefusedLine } from '../../admin-api/contract';
import type { Registration } from '../registration-lane';
import { tokenTail } from '../token';

/** A device as a file names it; times null: the file does not say. */
export interface MovedDevice extends Registration {
  registeredAt: number | null;
  seenAt: number | null;
}

/** Holds a line to the rules of a registration; the routes for apps know them. */
export type ParseMoved = (
  line: unknown,
) => { ok: true; value: MovedDevice } | { ok: false; errors: readonly { path: string[]; message: string }[] };

export type RefusedReason = Pick<RefusedLine, 'field' | 'message' | 'tokenTail'>;

export type ReadLine =
  /** Nothing to take in: an empty line, or the last of an export. */
  { kind: 'blank' } | { kind: 'device'; device: MovedDevice } | ({ kind: 'refused' } & RefusedReason);

/** What a field is called that is wrong as a whole. */
export const WHOLE_LINE = 'line';

/** Eight bytes as hex: the shortest token that is one. */
const TOKEN_LIKE = /[0-9a-f]{16,}/gi;
/** As a decoder writes bytes that are no UTF-8. */
const NO_UTF8 = '\uFFFD';
const BOM = '\uFEFF';
const FIELD_NAME = /^[A-Za-z][A-Za-z0-9]{0,31}$/;
const MAX_MESSAGE_LENGTH = 500;

/** Reads one line of a file, without its line break. Never throws, whatever it holds. */
export function readLine(text: string, parse: ParseMoved): ReadLine {
  const line = (text.startsWith(BOM) ? text.slice(1) : text).trim();
  if (line === '') return { kind: 'blank' };
  if (Buffer.byteLength(line) > MAX_LINE_BYTES) return refuse(`The line is longer than ${MAX_LINE_BYTES} bytes.`);
  if (line.includes(NO_UTF8)) return refuse('The line holds bytes that are no UTF-8.');
  const value = parseJson(line);
  if (value === undefined) return refuse('The line is no JSON.');
  if (isEndOfExport(value)) return { kind: 'blank' };
  const parsed = parse(value);
  if (parsed.ok) return { kind: 'device', device: parsed.value };
  const [{ path, message }] = parsed.errors;
  return refuse(message, path.join('.') || WHOLE_LINE, value);
}

/** Of a device that only set-up refuses. */
export function refuseDevice(device: MovedDevice, field: string, message: string): RefusedReason {
  return { field, message: masked(message), tokenTail: tokenTail(device.token) };
}

/** A text of somebody's file without any token that it may hold. */
export function masked(text: string): string {
  return text.replace(TOKEN_LIKE, (token) => `…${tokenTail(token)}`);
}

function refuse(message: string, field = WHOLE_LINE, value?: unknown): { kind: 'refused' } & RefusedReason {
  const [first] = field.split('.');
  const known = FIELD_NAME.test(first) && masked(first) === first;
  return {
    kind: 'refused',
    field: known ? field.slice(0, 64) : WHOLE_LINE,
    message: known ? masked(message).slice(0, MAX_MESSAGE_LENGTH) : 'The line holds a field that is not known here.',
    tokenTail: tailOf(value),
  };
}

function tailOf(value: unknown): string | null {
  const { token } = (value ?? {}) as { token?: unknown };
  if (typeof token !== 'string' || token.length < 16) return null;
  return /^[\x21-\x7e]{6}$/.test(tokenTail(token)) ? tokenTail(token) : null;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** An export says at its end that it is whole. */
function isEndOfExport(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as Record<string, unknown>)[DEVICES_FILE_END] === true;
}
