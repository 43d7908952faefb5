import { REASONS, type Reason } from '../../../server/apns/reasons';
import { reasonSentence } from '../../../admin/sentences';
import { text } from './english';

const said = { meaning: 'What the server says.', remedy: 'What to do.' };

describe('a reason in the panel', () => {
  it.each(Object.keys(REASONS) as Reason[])('says of %s in English what the server says', (reason) => {
    const { meaning, remedy } = REASONS[reason];
    expect(reasonSentence(text, reason, said)).toEqual({ meaning, remedy });
  });

  it.each(['NewReason', '', null, 'none', 'toString'])(
    'leaves to the server what Apple does not document: %s',
    (reason) => {
      expect(reasonSentence(text, reason, said)).toBe(said);
    },
  );
});
