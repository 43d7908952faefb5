import type { App, Lane } from '../../server/admin-api/contract';
import { useState } from 'react';
import { Field, Flex, TextInput, Typography } from '@strapi/design-system';
import { useAct } from '../api/act';
import type { FieldErrors } from '../api/field-errors';
import { useSaveCredentialMutation, type CredentialBody } from '../api/apps';
import { useText, type Text } from '../text';
import { FormModal } from '../ui/form-modal';
import { KeyDrop } from './key-drop';
import { readKeyFile, type KeyFile } from './key-file';

const FIELDS = ['key', 'keyId', 'teamId'] as const satisfies readonly (keyof CredentialBody)[];

interface CredentialFormProps {
  app: App;
  lane: Lane;
  onClose: () => void;
}

/** Sets up or replaces a lane's credential. The key stays in this form until it is saved or the form closes. */
export function CredentialForm({ app, lane, onClose }: CredentialFormProps) {
  const text = useText();
  const act = useAct();
  const [save, { isLoading }] = useSaveCredentialMutation();
  const [errors, setErrors] = useState<FieldErrors>({});
  const [file, setFile] = useState<KeyFile | null>(null);
  const [keyId, setKeyId] = useState('');
  const [teamId, setTeamId] = useState(() => knownTeam(app, lane));
  const environment = text(`environment.${lane.environment}`);

  async function take(dropped: File) {
    const read = await readKeyFile(dropped);
    if (typeof read === 'string') {
      setFile(null);
      setErrors((last) => ({ ...last, key: text(`key-file.${read}`) }));
      return;
    }
    setFile(read);
    setErrors({});
    if (read.keyId !== null) setKeyId(read.keyId);
  }

  async function submit() {
    const body = { keyId: keyId.trim(), teamId: teamId.trim(), key: file?.key ?? '' };
    const found = bodyErrors(text, body);
    setErrors(found);
    if (Object.keys(found).length > 0) return;
    const saved = await act(() => save({ appId: app.id, environment: lane.environment, ...body }).unwrap(), {
      done: text('credential.saved', { app: app.name, environment }),
      fields: FIELDS,
      onFieldErrors: setErrors,
    });
    if (saved) onClose();
  }

  return (
    <FormModal
      title={text(lane.credential ? 'credential.replace-title' : 'credential.add-title', {
        app: app.name,
        environment,
      })}
      submitLabel={text('action.save')}
      busy={isLoading}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Flex direction="column" alignItems="stretch" gap={4}>
        <Typography textColor="neutral600">{text(`credential.about-${lane.environment}`)}</Typography>
        <KeyDrop fileName={file?.name ?? null} error={errors.key} onFile={(dropped) => void take(dropped)} />
        <Field.Root name="keyId" required error={errors.keyId} hint={text('credential.key-id-hint')}>
          <Field.Label>{text('credential.key-id')}</Field.Label>
          <TextInput
            value={keyId}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setKeyId(event.target.value.toUpperCase())}
          />
          <Field.Hint />
          <Field.Error />
        </Field.Root>
        <Field.Root name="teamId" required error={errors.teamId} hint={text('credential.team-id-hint')}>
          <Field.Label>{text('credential.team-id')}</Field.Label>
          <TextInput
            value={teamId}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTeamId(event.target.value.toUpperCase())}
          />
          <Field.Hint />
          <Field.Error />
        </Field.Root>
      </Flex>
    </FormModal>
  );
}

/** The team is the same in both environments, more often than not. */
function knownTeam(app: App, lane: Lane): string {
  return lane.credential?.teamId ?? app.lanes.find(({ credential }) => credential)?.credential?.teamId ?? '';
}

/** What can be said before the server is asked. */
function bodyErrors(text: Text, { key, keyId, teamId }: CredentialBody): FieldErrors {
  const errors: FieldErrors = {};
  if (key === '') errors.key = text('key-file.missing');
  if (!/^[A-Z0-9]{10}$/.test(keyId)) errors.keyId = text('error.ten-characters');
  if (!/^[A-Z0-9]{10}$/.test(teamId)) errors.teamId = text('error.ten-characters');
  return errors;
}
