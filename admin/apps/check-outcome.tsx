import { Typography } from '@strapi/design-system';
import type { CheckResult } from '../api/types';
import { useText } from '../text';
import { Code } from '../ui/code';
import { Notice } from '../ui/notice';

/** What APNs answered to a check of a credential, explained. */
export function CheckOutcome({ result }: { result: CheckResult }) {
  const text = useText();
  return (
    <Notice kind={result.ok ? 'success' : 'danger'} title={text(result.ok ? 'check.ok' : 'check.failed')}>
      {/* A good one needs no explanation, but a limit: the title already says what the server's message does. */}
      <Typography tag="p">{result.ok ? text('check.not-the-topic') : result.message}</Typography>
      {result.remedy && <Typography tag="p">{result.remedy}</Typography>}
      {result.reason && (
        <Typography tag="p" variant="pi" textColor="neutral600">
          {text('check.answer')} <Code>{result.reason}</Code>
          {result.status !== null && ` (${result.status})`}
        </Typography>
      )}
    </Notice>
  );
}
