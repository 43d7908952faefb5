import fc from 'fast-check';
import { isDeviceToken, normalizeToken, TOKEN_DIGITS, tokenTail } from '../../../server/devices/token';

const bytes = fc.uint8Array({ minLength: TOKEN_DIGITS.min / 2, maxLength: TOKEN_DIGITS.max / 2 });
const hexOf = (token: Uint8Array) => Buffer.from(token).toString('hex');

describe('a device token', () => {
  it('is the same however the app wrote it', () => {
    fc.assert(
      fc.property(bytes, fc.boolean(), (token, upper) => {
        const hex = hexOf(token);
        const grouped = (hex.match(/.{1,8}/g) ?? []).join(' ');
        expect(normalizeToken(hex)).toBe(hex);
        expect(normalizeToken(` <${upper ? grouped.toUpperCase() : grouped}>\n`)).toBe(hex);
      }),
    );
  });

  it('stays as it is once it is in its stored form', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ <]*([0-9A-Fa-f]{2} ?){0,40}[>\n]*$/), (text) => {
        const token = normalizeToken(text);
        if (token === null) return expect(text.replace(/[^0-9A-Fa-f]/g, '').length).toBeLessThan(TOKEN_DIGITS.min);
        expect(isDeviceToken(token)).toBe(true);
        expect(normalizeToken(token)).toBe(token);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['an odd number of digits', 'a'.repeat(65)],
    ['fewer digits than any token has', 'ab'.repeat(7)],
    ['more digits than any token has', 'ab'.repeat(257)],
    ['a letter that is no digit', `${'ab'.repeat(31)}xy`],
    ['a digit of another script', `${'ab'.repeat(31)}١٢`],
    ['a NUL', `${'ab'.repeat(31)}a\0`],
  ])('is not %s', (_what, text) => {
    expect(normalizeToken(text)).toBeNull();
  });

  it('has the lengths that Apple was seen to use', () => {
    for (const digits of [64, 108, 160]) expect(normalizeToken('a'.repeat(digits))).toHaveLength(digits);
  });

  it('is shown by its last six digits', () => {
    expect(tokenTail(`${'0'.repeat(58)}abcdef`)).toBe('abcdef');
  });
});
