import { Flex, Table, Tbody, Td, Th, Thead, Tr, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import type { Push } from '../api/types';
import { PATHS } from '../plugin-id';
import { useText, type TextKey } from '../text';
import { InnerLink } from '../ui/links';
import { State } from '../ui/state';
import { duration } from '../ui/time';
import { CountersBar } from './counters-bar';
import { CountersText } from './counters-text';
import { pushState } from './push-state';

const COLUMNS: readonly TextKey[] = [
  'column.started',
  'column.app',
  'column.changes',
  'column.devices',
  'column.duration',
  'column.state',
];

interface PushTableProps {
  pushes: readonly Push[];
  /** For the names; an app that is gone is shown by its bundle id. */
  apps: readonly { bundleId: string; name: string }[];
  /** The server's clock, for pushes that still run; null: not known. */
  now: number | null;
}

/** Pushes, newest first; each leads to its details. */
export function PushTable({ pushes, apps, now }: PushTableProps) {
  const text = useText();
  return (
    <Table colCount={COLUMNS.length} rowCount={pushes.length + 1} aria-label={text('nav.pushes')}>
      <Thead>
        <Tr>
          {COLUMNS.map((key) => (
            <Th key={key}>
              <Typography variant="sigma">{text(key)}</Typography>
            </Th>
          ))}
        </Tr>
      </Thead>
      <Tbody>
        {pushes.map((push) => (
          <PushRow
            key={push.id}
            push={push}
            name={apps.find(({ bundleId }) => bundleId === push.bundleId)?.name ?? push.bundleId}
            now={now}
          />
        ))}
      </Tbody>
    </Table>
  );
}

function PushRow({ push, name, now }: { push: Push; name: string; now: number | null }) {
  const text = useText();
  const intl = useIntl();
  const state = pushState(push);
  const end = push.finishedAt ?? now;
  return (
    <Tr>
      <Td>
        <InnerLink to={`${PATHS.pushes}/${push.id}`}>
          {intl.formatDate(push.createdAt, { dateStyle: 'medium', timeStyle: 'short' })}
        </InnerLink>
      </Td>
      <Td>
        <Flex direction="column" alignItems="flex-start">
          <Typography fontWeight="semiBold">{name}</Typography>
          <Typography variant="pi" textColor="neutral600">
            {text(`environment.${push.environment}`)}
          </Typography>
        </Flex>
      </Td>
      <Td>
        <Typography style={{ whiteSpace: 'nowrap' }}>
          {text('push.range', { since: push.since, rev: push.rev })}
        </Typography>
      </Td>
      <Td>
        <Flex direction="column" alignItems="stretch" gap={1} minWidth="18rem">
          <CountersBar counters={push.counters} total={Math.max(push.estimated, push.counters.met)} decorative />
          <CountersText counters={push.counters} />
        </Flex>
      </Td>
      <Td>
        <Typography style={{ whiteSpace: 'nowrap' }}>
          {end === null ? '–' : duration(text, Math.max(0, end - push.createdAt))}
        </Typography>
      </Td>
      <Td>
        <State variant={state.variant} label={state.label} />
      </Td>
    </Tr>
  );
}
