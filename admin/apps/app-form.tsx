import type { App } from '../../server/admin-api/contract';
import { useState } from 'react';
import { useAct } from '../api/act';
import type { FieldErrors } from '../api/field-errors';
import { useCreateAppMutation, useUpdateAppMutation } from '../api/apps';
import { useText, type Text } from '../text';
import { FormModal } from '../ui/form-modal';
import { APP_FIELDS, AppFields, type AppDraft } from './app-fields';
import { readCustomKeys, writeCustomKeys, type CustomKeysProblem } from './custom-keys';

/** Adds an app, or edits the one given. */
export function AppForm({ app, onClose }: { app?: App; onClose: () => void }) {
  const text = useText();
  const act = useAct();
  const [create, creating] = useCreateAppMutation();
  const [update, updating] = useUpdateAppMutation();
  const [errors, setErrors] = useState<FieldErrors>({});
  const [draft, setDraft] = useState<AppDraft>({
    bundleId: app?.bundleId ?? '',
    name: app?.name ?? '',
    customKeys: writeCustomKeys(app?.customKeys ?? {}),
    enabled: app?.enabled ?? true,
  });

  async function save() {
    const reading = readCustomKeys(draft.customKeys);
    const found = draftErrors(text, draft, 'problem' in reading ? reading.problem : null);
    setErrors(found);
    if (Object.keys(found).length > 0 || 'problem' in reading) return;

    const body = { name: draft.name.trim(), customKeys: reading.keys };
    const saved = await act<App>(
      () =>
        app
          ? update({ id: app.id, ...body, enabled: draft.enabled }).unwrap()
          : create({ bundleId: draft.bundleId.trim(), ...body }).unwrap(),
      {
        done: text(app ? 'app.saved' : 'app.added', { name: body.name }),
        fields: APP_FIELDS,
        onFieldErrors: setErrors,
      },
    );
    if (saved) onClose();
  }

  return (
    <FormModal
      title={app ? text('app.edit-title', { name: app.name }) : text('apps.add')}
      submitLabel={text(app ? 'action.save' : 'apps.add')}
      busy={creating.isLoading || updating.isLoading}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <AppFields
        draft={draft}
        errors={errors}
        exists={app !== undefined}
        onChange={(change) => setDraft((last) => ({ ...last, ...change }))}
      />
    </FormModal>
  );
}

/** What can be said before the server is asked. */
function draftErrors(text: Text, draft: AppDraft, problem: CustomKeysProblem | null): FieldErrors {
  const errors: FieldErrors = {};
  if (draft.bundleId.trim() === '') errors.bundleId = text('error.required');
  if (draft.name.trim() === '') errors.name = text('error.required');
  if (problem) errors.customKeys = text(`custom-keys.${problem}`);
  return errors;
}
