import type { App } from '../../server/admin-api/contract';
import { useState } from 'react';
import { Badge, Button, Flex, Typography } from '@strapi/design-system';
import { Pencil, Trash } from '@strapi/icons';
import { useAct } from '../api/act';
import { useDeleteAppMutation } from '../api/apps';
import { useMay } from '../permissions';
import { useText } from '../text';
import { Card, CardGrid } from '../ui/card';
import { Code } from '../ui/code';
import { Confirm } from '../ui/confirm';
import { AppForm } from './app-form';
import { EnvironmentPanel } from './environment-panel';

/** One app: what it is called, what it sends along, and its credential in each environment. */
export function AppCard({ app }: { app: App }) {
  const text = useText();
  const keys = Object.keys(app.customKeys);
  return (
    <Card label={app.name}>
      <Flex direction="column" alignItems="stretch" gap={5}>
        <Flex justifyContent="space-between" alignItems="flex-start" gap={3} wrap="wrap">
          <Flex direction="column" alignItems="flex-start" gap={1} minWidth={0}>
            <Flex gap={2} wrap="wrap">
              <Typography tag="h2" variant="beta" style={{ overflowWrap: 'anywhere' }}>
                {app.name}
              </Typography>
              {!app.enabled && <Badge>{text('app.disabled')}</Badge>}
              {app.pinned && <Badge>{text('pinned.badge')}</Badge>}
            </Flex>
            <Typography textColor="neutral600">
              <Code>{app.bundleId}</Code>
            </Typography>
            {keys.length > 0 && (
              <Typography variant="pi" textColor="neutral600">
                {text('app.custom-keys-list')} <Code>{keys.join(', ')}</Code>
              </Typography>
            )}
          </Flex>
          {!app.pinned && <AppActions app={app} />}
        </Flex>
        {app.pinned && <Typography textColor="neutral600">{text('pinned.app')}</Typography>}
        <CardGrid>
          {app.lanes.map((lane) => (
            <EnvironmentPanel key={lane.id} app={app} lane={lane} />
          ))}
        </CardGrid>
      </Flex>
    </Card>
  );
}

function AppActions({ app }: { app: App }) {
  const text = useText();
  const act = useAct();
  const may = useMay('apps.update');
  const [remove] = useDeleteAppMutation();
  const [editing, setEditing] = useState(false);
  if (!may) return null;
  const devices = app.lanes.reduce((sum, lane) => sum + lane.devices, 0);
  return (
    <Flex gap={2} wrap="wrap">
      <Button size="S" variant="tertiary" startIcon={<Pencil aria-hidden />} onClick={() => setEditing(true)}>
        {text('action.edit')}
      </Button>
      <Confirm
        trigger={
          <Button size="S" variant="danger-light" startIcon={<Trash aria-hidden />}>
            {text('app.remove')}
          </Button>
        }
        title={text('app.remove-title', { name: app.name })}
        confirmLabel={text('app.remove')}
        dangerous
        onConfirm={() => act(() => remove(app.id).unwrap(), { done: text('app.removed', { name: app.name }) })}
      >
        {text('app.remove-body', { devices })}
      </Confirm>
      {editing && <AppForm app={app} onClose={() => setEditing(false)} />}
    </Flex>
  );
}
