import type { TestAnswer } from '../../server/admin-api/contract';
import { Flex, IconButton, Typography } from '@strapi/design-system';
import { Duplicate } from '@strapi/icons';
import { useClipboard, useNotification } from '@strapi/strapi/admin';
import { reasonSentence } from '../sentences';
import { PATHS } from '../plugin-id';
import { useText, type TextKey } from '../text';
import { Code, TokenTail } from '../ui/code';
import { InnerLink } from '../ui/links';
import { State, type StateVariant } from '../ui/state';
import { Cell, DataTable } from '../ui/table';
import { Moment } from '../ui/time';

const COLUMNS: readonly TextKey[] = [
  'column.time',
  'column.device',
  'column.answer',
  'column.apns-id',
  'column.unique-id',
];

const OUTCOMES: Record<NonNullable<TestAnswer['outcome']>, { variant: StateVariant; label: TextKey }> = {
  accepted: { variant: 'success', label: 'test.accepted' },
  rejected: { variant: 'danger', label: 'test.rejected' },
  unsent: { variant: 'warning', label: 'test.unsent' },
  unknown: { variant: 'warning', label: 'test.unknown' },
};

/** Test pushes and what APNs answered, newest first. */
export function TestAnswers({ label, answers }: { label: string; answers: readonly TestAnswer[] }) {
  return (
    <div aria-live="polite">
      <DataTable label={label} columns={COLUMNS}>
        {answers.map((answer) => (
          <AnswerRow key={answer.id} answer={answer} />
        ))}
      </DataTable>
    </div>
  );
}

function AnswerRow({ answer }: { answer: TestAnswer }) {
  const { deviceId, name, tokenTail, sentAt, apnsId, uniqueId } = answer;
  return (
    <tr>
      <Cell $nowrap>
        <Typography>
          <Moment at={sentAt} seconds />
        </Typography>
      </Cell>
      <Cell $minWidth="14rem">
        <Flex direction="column" alignItems="flex-start">
          <InnerLink to={`${PATHS.devices}/${deviceId}`}>{name ?? `…${tokenTail}`}</InnerLink>
          {name !== null && <TokenTail tail={tokenTail} />}
        </Flex>
      </Cell>
      <Cell $minWidth="20rem">
        <Answered answer={answer} />
      </Cell>
      <Cell>
        <Code>{apnsId}</Code>
      </Cell>
      <Cell>{uniqueId === null ? '–' : <UniqueId id={uniqueId} tail={tokenTail} />}</Cell>
    </tr>
  );
}

function Answered({ answer: { outcome, reason, status } }: { answer: TestAnswer }) {
  const text = useText();
  if (outcome === null) return <State variant="secondary" label="test-answer.pending" />;
  const { meaning } = reasonSentence(text, reason, { meaning: '', remedy: '' });
  return (
    <Flex direction="column" alignItems="flex-start" gap={1}>
      <State {...OUTCOMES[outcome]} />
      {reason !== null && (
        <Typography variant="pi" textColor="neutral600">
          <Code>{reason}</Code>
          {status !== null && ` (${status})`} {meaning}
        </Typography>
      )}
    </Flex>
  );
}

function UniqueId({ id, tail }: { id: string; tail: string }) {
  const text = useText();
  const { copy } = useClipboard();
  const { toggleNotification } = useNotification();
  return (
    <Flex gap={2}>
      <Code>{id}</Code>
      <IconButton
        size="S"
        variant="tertiary"
        label={text('test-answer.copy', { tail })}
        onClick={() =>
          void copy(id).then(
            (copied) => copied && toggleNotification({ type: 'success', message: text('test-answer.copied') }),
          )
        }
      >
        <Duplicate />
      </IconButton>
    </Flex>
  );
}
