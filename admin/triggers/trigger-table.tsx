import type { ContentType, Trigger } from '../../server/admin-api/contract';
import { Badge, Flex, IconButton, Typography } from '@strapi/design-system';
import { Pencil, Trash } from '@strapi/icons';
import { useAct } from '../api/act';
import { useDeleteTriggerMutation } from '../api/triggers';
import { useText, type TextKey } from '../text';
import { Code } from '../ui/code';
import { Confirm } from '../ui/confirm';
import { State, type StateVariant } from '../ui/state';
import { Cell, DataTable } from '../ui/table';
import { PreviewTrigger } from './trigger-preview';

const COLUMNS: readonly TextKey[] = [
  'column.name',
  'column.content-type',
  'column.wakes-on',
  'column.apps',
  'column.state',
  'column.actions',
];

interface TriggerTableProps {
  triggers: readonly Trigger[];
  contentTypes: readonly ContentType[];
  /** Absent: this administrator may only look. */
  onEdit?: (trigger: Trigger) => void;
}

export function TriggerTable({ triggers, contentTypes, onEdit }: TriggerTableProps) {
  const text = useText();
  return (
    <DataTable label={text('settings.triggers')} columns={COLUMNS}>
      {triggers.map((trigger) => (
        <TriggerRow
          key={trigger.id}
          trigger={trigger}
          typeName={contentTypes.find(({ uid }) => uid === trigger.contentType)?.displayName}
          onEdit={onEdit}
        />
      ))}
    </DataTable>
  );
}

interface TriggerRowProps {
  trigger: Trigger;
  typeName?: string;
  onEdit?: (trigger: Trigger) => void;
}

function TriggerRow({ trigger, typeName, onEdit }: TriggerRowProps) {
  const text = useText();
  return (
    <tr>
      <Cell $minWidth="16rem" $maxWidth="24rem">
        <Flex direction="column" alignItems="flex-start" gap={1}>
          <Typography fontWeight="semiBold">{trigger.name}</Typography>
          {trigger.pinned && <Badge>{text('pinned.badge')}</Badge>}
          {trigger.problem && (
            <Typography variant="pi" textColor="danger600">
              {trigger.problem}
            </Typography>
          )}
        </Flex>
      </Cell>
      <Cell $maxWidth="16rem">
        <Typography title={trigger.contentType}>{typeName ?? <Code>{trigger.contentType}</Code>}</Typography>
      </Cell>
      <Cell $maxWidth="12rem">
        <Typography>
          {trigger.wakeOn.length === 0
            ? text('wake-on.nothing')
            : trigger.wakeOn.map((action) => text(`wake-on.${action}`)).join(', ')}
        </Typography>
      </Cell>
      <Cell $minWidth="19rem" $maxWidth="26rem">
        <Flex direction="column" alignItems="flex-start">
          {trigger.apps.map((bundleId) => (
            <Typography key={bundleId}>
              <Code>{bundleId}</Code>
            </Typography>
          ))}
          <Typography variant="pi" textColor="neutral600">
            {typeof trigger.audience === 'string'
              ? text(`audience.${trigger.audience}`)
              : text('audience.with-tags', { tags: trigger.audience.tags.join(', ') })}
          </Typography>
        </Flex>
      </Cell>
      <Cell>
        <TriggerState trigger={trigger} />
      </Cell>
      <Cell>
        <Flex gap={1} justifyContent="flex-end">
          <PreviewTrigger trigger={trigger} />
          {onEdit && !trigger.pinned && <TriggerActions trigger={trigger} onEdit={onEdit} />}
        </Flex>
      </Cell>
    </tr>
  );
}

function TriggerState({ trigger }: { trigger: Trigger }) {
  const [variant, label]: [StateVariant, TextKey] = trigger.problem
    ? ['danger', 'state.broken']
    : trigger.enabled
      ? ['success', 'state.enabled']
      : ['neutral', 'state.disabled'];
  return <State variant={variant} label={label} />;
}

function TriggerActions({ trigger, onEdit }: { trigger: Trigger; onEdit: (trigger: Trigger) => void }) {
  const text = useText();
  const act = useAct();
  const [remove] = useDeleteTriggerMutation();
  return (
    <Flex gap={1} justifyContent="flex-end">
      <IconButton label={text('trigger.edit', { name: trigger.name })} variant="ghost" onClick={() => onEdit(trigger)}>
        <Pencil />
      </IconButton>
      <Confirm
        trigger={
          <IconButton label={text('trigger.delete', { name: trigger.name })} variant="ghost">
            <Trash />
          </IconButton>
        }
        title={text('trigger.delete', { name: trigger.name })}
        confirmLabel={text('action.delete')}
        dangerous
        onConfirm={() => act(() => remove(trigger.id).unwrap(), { done: text('trigger.deleted') })}
      >
        {text('trigger.delete-body')}
      </Confirm>
    </Flex>
  );
}
