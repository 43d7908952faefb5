import type { CheckResult } from '../../server/admin-api/contract';
import { Typography } from '@strapi/design-system';
import { reasonSentence } from '../sentences';
import { useText } from '../text';
import { Code } from '../ui/code';
import { Notice } from '../ui/notice';

const KINDS = { all: 'success', 'no-fault': 'info', nothing: 'danger' } as const;

/** What APNs answered to a check of a credential, and what that proves. */
export function CheckOutcome({ result }: { result: CheckResult }) {
  const text = useText();
  const { proves } = result;
  const { meaning, remedy } = reasonSentence(text, result.reason, { meaning: result.message, remedy: result.remedy });
  return (
    <Notice kind={KINDS[proves]} title={text(`check.${proves}`)}>
      {/* What refuses explains itself; what a good answer is worth is said in the administrator's language. */}
      <Typography tag="p">{proves === 'nothing' ? meaning : text(`check.${proves}-means`)}</Typography>
      {proves === 'nothing' && remedy && <Typography tag="p">{remedy}</Typography>}
      {result.reason && (
        <Typography tag="p" variant="pi" textColor="neutral600">
          {text('check.answer')} <Code>{result.reason}</Code>
          {result.status !== null && ` (${result.status})`}
        </Typography>
      )}
    </Notice>
  );
}
