import { DIAGNOSIS_PARAMS, type DeviceDetail, type DiagnosisCode } from '../../server/admin-api/contract';
import { Typography } from '@strapi/design-system';
import { useText, type Text, type TextKey } from '../text';
import { Notice, type NoticeKind } from '../ui/notice';
import { MaybeMoment } from '../ui/time';

const WELL: readonly string[] = ['holds-newest', 'holds-what-was-pushed'] satisfies DiagnosisCode[];
const PASSING: readonly string[] = [
  'push-under-way',
  'budget-spent',
  'push-waits',
  'nothing-pushed',
  'says-nothing',
] satisfies DiagnosisCode[];

/** Why a device does not wake, in one sentence. A code of another version is shown as it is. */
export function diagnosisSentence(text: Text, { code, params }: DeviceDetail['diagnosis']): string {
  if (!Object.hasOwn(DIAGNOSIS_PARAMS, code)) return code;
  const key: TextKey = `diagnosis.${code}`;
  return text(key, { reason: '–', ...params });
}

function kindOf(code: string): NoticeKind {
  if (WELL.includes(code)) return 'success';
  return PASSING.includes(code) ? 'info' : 'warning';
}

/** The diagnosis of a device, with the point in time that belongs to it. */
export function DeviceDiagnosis({ diagnosis }: Pick<DeviceDetail, 'diagnosis'>) {
  const text = useText();
  const at = 'at' in diagnosis.params ? diagnosis.params.at : undefined;
  return (
    <Notice kind={kindOf(diagnosis.code)} title={text('diagnosis.label')}>
      {diagnosisSentence(text, diagnosis)}
      {at !== undefined && (
        <Typography tag="p" variant="pi" textColor="neutral600">
          <MaybeMoment at={at} />
        </Typography>
      )}
    </Notice>
  );
}
