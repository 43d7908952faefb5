import fc from 'fast-check';
import { exceedsJsonBytes } from '../../../server/http/json-size';

describe('the size of what was read from JSON', () => {
  it('is that of its shortest text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const bytes = Buffer.byteLength(JSON.stringify(value));
        expect(exceedsJsonBytes(value, bytes)).toBe(false);
        expect(exceedsJsonBytes(value, bytes - 1)).toBe(true);
      }),
    );
  });

  it('is told however deep it nests', () => {
    const deep: unknown = JSON.parse('['.repeat(200_000) + ']'.repeat(200_000));
    expect(exceedsJsonBytes(deep, 4_096)).toBe(true);
    expect(exceedsJsonBytes(deep, 1_000_000)).toBe(false);
  });

  it('is nothing where there is no body', () => {
    expect(exceedsJsonBytes(undefined, 0)).toBe(false);
  });
});
