import type { TestResult } from '../../server/admin-api/contract';
import { Typography } from '@strapi/design-system';
import { reasonSentence } from '../sentences';
import { useText, type TextKey } from '../text';
import { Code } from '../ui/code';
import { Notice, type NoticeKind } from '../ui/notice';

const OUTCOMES: Record<TestResult['outcome'], { kind: NoticeKind; title: TextKey; body: TextKey }> = {
  accepted: { kind: 'success', title: 'test.accepted', body: 'test.accepted-body' },
  rejected: { kind: 'danger', title: 'test.rejected', body: 'test.rejected-body' },
  unsent: { kind: 'warning', title: 'test.unsent', body: 'test.unsent-body' },
  unknown: { kind: 'warning', title: 'test.unknown', body: 'test.unknown-body' },
};

/** What became of a test push, what that means and what to do. */
export function TestOutcome({ result }: { result: TestResult }) {
  const text = useText();
  const { kind, title, body } = OUTCOMES[result.outcome];
  const { meaning, remedy } = reasonSentence(text, result.reason, { meaning: result.message, remedy: result.remedy });
  return (
    <Notice kind={kind} title={text(title)}>
      <Typography tag="p">{text(body)}</Typography>
      {result.reason && (
        <Typography tag="p">
          {text('test.reason')} <Code>{result.reason}</Code>
          {result.status !== null && ` (${result.status})`}
        </Typography>
      )}
      {/* Of every other outcome the sentence above says all. */}
      {result.outcome === 'rejected' && (
        <>
          <Typography tag="p">{meaning}</Typography>
          <Typography tag="p">{remedy}</Typography>
        </>
      )}
      <Typography tag="p" variant="pi" textColor="neutral600">
        {text('test.apns-id')} <Code>{result.apnsId}</Code>
      </Typography>
      {result.uniqueId !== null && (
        <Typography tag="p" variant="pi" textColor="neutral600">
          {text('test.unique-id')} <Code>{result.uniqueId}</Code>
        </Typography>
      )}
    </Notice>
  );
}
