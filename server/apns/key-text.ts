/** What a text that should hold a key was found to hold. */
export interface KeyText {
  /** Of whatever kind; that shows when it is read. */
  der: Buffer;
  /** Whether its header says so, as in PEM of the old kind. */
  isEncrypted: boolean;
}

/** White space may be gone, or too much: in the lines as well as in the body. */
const BLOCK = /-{2,}\s*BEGIN([A-Z0-9\s]*?)-{2,}([\s\S]*?)-{2,}\s*END[A-Z0-9\s]*?-{2,}/g;
const FIRST = /-{2,}\s*BEGIN[A-Z0-9\s]*-{2,}/;
const LAST = /-{2,}\s*END[A-Z0-9\s]*-{2,}/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const FILE_NAME = /^\S+\.(p8|pem|key|der|txt)$/i;
const PRINTABLE = /^[\t\n\r\x20-\x7e]+$/;
const DER_SEQUENCE = 0x30;
/** base64 of base64 has been seen; more has not. */
const MOST_LAYERS = 3;

/**
 * Finds the key in what people paste, and in what environment variables, YAML, shells and secret stores make of it: PEM
 * whose line breaks became spaces, `\n`, `\\n` or nothing, with quotes, indentation or byte-order marks, and base64 of it
 * or of its DER.
 *
 * @throws Error whose message says what is wrong with the text; it never holds a part of it
 */
export function readKeyText(source: string, layers = MOST_LAYERS): KeyText {
  const text = clean(source);
  const blocks = [...text.matchAll(BLOCK)];
  // Before the key, openssl writes the parameters of its curve.
  const block = blocks.find(([, label]) => label.includes('PRIVATE')) ?? blocks.at(0);
  if (block) return readBody(block[2]);
  if (FIRST.test(text)) throw new Error('its last line, which begins with "-----END", is missing: it was cut short');
  if (LAST.test(text)) throw new Error('its first line, which begins with "-----BEGIN", is missing');
  if (FILE_NAME.test(text)) throw new Error('this is the name of a file, and what stands in the file is wanted');
  const compact = text.replaceAll(/\s/g, '');
  if (compact === '') throw new Error('this is empty');
  if (!BASE64.test(compact))
    throw new Error('this is neither PEM, whose first line begins with "-----BEGIN", nor base64');
  const bytes = Buffer.from(compact, 'base64');
  if (bytes[0] === DER_SEQUENCE) return { der: bytes, isEncrypted: false };
  const inner = clean(bytes.toString());
  if (layers > 1 && PRINTABLE.test(inner) && (FIRST.test(inner) || BASE64.test(inner.replaceAll(/\s/g, '')))) {
    return readKeyText(inner, layers - 1);
  }
  throw new Error('this is base64, but not of a key');
}

/** Takes away what belongs into no key. */
function clean(source: string): string {
  return (
    source
      // Byte-order marks, what is left of UTF-16, and what web pages put between letters.
      .replaceAll(/[\0\uFEFF\uFFFD\u200B-\u200D\u2060]/g, '')
      .replaceAll(/[\u2010-\u2015\u2212]/g, '--')
      .replaceAll(/\\+[nrt]/g, '\n')
      .replaceAll(/[\\"'`\u2018-\u201F]/g, '')
      .trim()
  );
}

function readBody(body: string): KeyText {
  const isEncrypted = /Proc-Type:\s*4,\s*ENCRYPTED/.test(body);
  const compact = body.replaceAll(/\s/g, '');
  if (compact === '') throw new Error('nothing stands between its first line and its last');
  if (!isEncrypted && !BASE64.test(compact)) throw new Error('it holds a character that no key has');
  return { der: Buffer.from(compact, 'base64'), isEncrypted };
}

/** Whether there are fewer bytes than the first of them announce (X.690 §8.1.3). */
export function isCutShort(der: Buffer): boolean {
  if (der[0] !== DER_SEQUENCE || der.length < 2) return false;
  const lengthBytes = der[1] < 0x80 ? 0 : der[1] - 0x80;
  if (lengthBytes > 4 || der.length < 2 + lengthBytes) return true;
  const length = lengthBytes === 0 ? der[1] : der.readUIntBE(2, lengthBytes);
  return der.length < 2 + lengthBytes + length;
}
