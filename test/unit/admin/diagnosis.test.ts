import { diagnosisSentence } from '../../../admin/devices/diagnosis';
import {
  DIAGNOSIS_PARAMS,
  type Diagnosis,
  type DiagnosisCode,
  type ParamTypes,
} from '../../../server/admin-api/contract';
import { text } from './english';

/** Only what is always there: a sentence must be whole without the rest. */
const least = (types: ParamTypes) =>
  Object.fromEntries(
    Object.entries(types)
      .filter(([, type]) => !type.endsWith('?'))
      .map(([name, type]) => [name, type === 'number' ? 12_345 : 'BadTopic']),
  );

describe('the diagnosis of a device', () => {
  it.each(Object.keys(DIAGNOSIS_PARAMS) as DiagnosisCode[])('%s is a whole sentence', (code) => {
    const sentence = diagnosisSentence(text, { code, params: least(DIAGNOSIS_PARAMS[code]) } as Diagnosis);
    expect(sentence).toMatch(/^[A-Z][^{}]+\.$/);
  });

  it('of a newer server is shown as its code', () => {
    expect(diagnosisSentence(text, { code: 'moon-phase', params: {} } as unknown as Diagnosis)).toBe('moon-phase');
  });
});
