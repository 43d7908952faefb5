import { isName, oneLine } from '../../server/name-rule';

describe('a name', () => {
  it.each(['News', 'Nachrichten für Kinder', '新闻', 'أخبار', 'שלום\u200f', '👩‍👩‍👧', 'نامه\u200cها', '…'])(
    'may be %s',
    (text) => {
      expect(isName(text, 255)).toBe(true);
    },
  );

  it.each([
    ['empty', ''],
    ['blank', ' \u00a0'],
    ['invisible', '\u200d'],
    ['two lines', 'a\nb'],
    ['two paragraphs', 'a\u2029b'],
    ['a command to a terminal', '\u001b[2J'],
    ['a NUL', 'a\u0000'],
    ['turned around', '\u202Egnp.exe'],
    ['isolated', '\u2067a'],
    ['half a character', '\ud83d'],
    ['too long', 'a'.repeat(256)],
  ])('may not be %s', (_, text) => {
    expect(isName(text, 255)).toBe(false);
  });
});

test('a forged line of a log stays part of the line that it was put into', () => {
  expect(oneLine('the trigger x\n[error] all is lost\u202E is gone')).toBe(
    'the trigger x [error] all is lost  is gone',
  );
});
