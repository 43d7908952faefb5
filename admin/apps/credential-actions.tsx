import type { App, CheckResult, Lane } from '../../server/admin-api/contract';
import { useState } from 'react';
import { Button, Flex, IconButton } from '@strapi/design-system';
import { CheckCircle, Key, Trash } from '@strapi/icons';
import { useAct } from '../api/act';
import { useCheckCredentialMutation, useRemoveCredentialMutation } from '../api/apps';
import { useMay } from '../permissions';
import { useText } from '../text';
import { Confirm } from '../ui/confirm';
import { CredentialForm } from './credential-form';

interface CredentialActionsProps {
  app: App;
  lane: Lane;
  /** What a check answered; null when it says nothing any more, because the credential changed. */
  onCheck: (result: CheckResult | null) => void;
}

/** Drop in, replace, remove and check a lane's credential. */
export function CredentialActions({ app, lane, onCheck }: CredentialActionsProps) {
  const text = useText();
  const mayUpdate = useMay('credentials.update');
  const [editing, setEditing] = useState(false);
  const { credential } = lane;
  const pinned = credential?.pinned ?? false;

  function close() {
    setEditing(false);
    onCheck(null);
  }

  return (
    <Flex gap={2} wrap="wrap">
      {credential && <CheckCredential app={app} lane={lane} onCheck={onCheck} />}
      {mayUpdate && !pinned && (
        <Button
          size="S"
          variant={credential ? 'tertiary' : 'default'}
          startIcon={<Key aria-hidden />}
          onClick={() => setEditing(true)}
        >
          {text(credential ? 'credential.replace' : 'credential.add')}
        </Button>
      )}
      {mayUpdate && credential && !pinned && <RemoveCredential app={app} lane={lane} onRemoved={() => onCheck(null)} />}
      {editing && <CredentialForm app={app} lane={lane} onClose={close} />}
    </Flex>
  );
}

function CheckCredential({ app, lane, onCheck }: CredentialActionsProps) {
  const text = useText();
  const act = useAct();
  const may = useMay('credentials.check');
  const [check, { isLoading }] = useCheckCredentialMutation();
  if (!may) return null;

  async function ask() {
    onCheck(null);
    const result = await act(() => check({ appId: app.id, environment: lane.environment }).unwrap());
    if (result) onCheck(result);
  }

  return (
    <Button
      size="S"
      variant="secondary"
      startIcon={<CheckCircle aria-hidden />}
      loading={isLoading}
      onClick={() => void ask()}
    >
      {text('credential.check')}
    </Button>
  );
}

interface RemoveCredentialProps {
  app: App;
  lane: Lane;
  onRemoved: () => void;
}

function RemoveCredential({ app, lane, onRemoved }: RemoveCredentialProps) {
  const text = useText();
  const act = useAct();
  const [remove] = useRemoveCredentialMutation();

  async function confirm() {
    const removed = await act(() => remove({ appId: app.id, environment: lane.environment }).unwrap(), {
      done: text('credential.removed'),
    });
    if (removed) onRemoved();
  }

  return (
    <Confirm
      trigger={
        // No words on it: three buttons with words do not fit side by side in half a page.
        <IconButton size="S" variant="danger-light" label={text('credential.remove-title')}>
          <Trash />
        </IconButton>
      }
      title={text('credential.remove-title')}
      confirmLabel={text('credential.remove')}
      dangerous
      onConfirm={confirm}
    >
      {text('credential.remove-body', {
        app: app.name,
        environment: text(`environment.${lane.environment}`),
        devices: lane.devices,
      })}
    </Confirm>
  );
}
