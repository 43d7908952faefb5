import type { Push } from '../../server/admin-api/contract';
import { Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { PATHS } from '../plugin-id';
import { useText, type TextKey } from '../text';
import { InnerLink } from '../ui/links';
import { State } from '../ui/state';
import { Cell, DataTable } from '../ui/table';
import { duration } from '../ui/time';
import { CountersBar } from './counters-bar';
import { CountersText } from './counters-text';
import { pushName } from './push-about';
import { pushState } from './push-state';

const COLUMNS: readonly TextKey[] = ['column.push', 'column.app', 'column.devices', 'column.duration', 'column.state'];

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
    <DataTable label={text('nav.pushes')} columns={COLUMNS}>
      {pushes.map((push) => (
        <PushRow
          key={push.id}
          push={push}
          name={apps.find(({ bundleId }) => bundleId === push.bundleId)?.name ?? push.bundleId}
          now={now}
        />
      ))}
    </DataTable>
  );
}

function PushRow({ push, name, now }: { push: Push; name: string; now: number | null }) {
  const text = useText();
  const intl = useIntl();
  const state = pushState(push);
  const end = push.finishedAt ?? now;
  return (
    <tr>
      <Cell $minWidth="20rem" $maxWidth="36rem">
        <InnerLink to={`${PATHS.pushes}/${push.id}`}>{pushName(text, push.about)}</InnerLink>
        <Typography tag="p" variant="pi" textColor="neutral600">
          {intl.formatDate(push.createdAt, { dateStyle: 'medium', timeStyle: 'short' })}
        </Typography>
      </Cell>
      <Cell>
        <Typography tag="p" fontWeight="semiBold">
          {name}
        </Typography>
        <Typography tag="p" variant="pi" textColor="neutral600">
          {text(`environment.${push.environment}`)}
        </Typography>
      </Cell>
      <Cell $minWidth="22rem">
        <Flex direction="column" alignItems="stretch" gap={1}>
          <CountersBar counters={push.counters} total={Math.max(push.estimated, push.counters.met)} decorative />
          <CountersText counters={push.counters} />
        </Flex>
      </Cell>
      <Cell $nowrap>
        <Typography>{end === null ? '–' : duration(text, Math.max(0, end - push.createdAt))}</Typography>
      </Cell>
      <Cell>
        <State variant={state.variant} label={state.label} />
      </Cell>
    </tr>
  );
}
