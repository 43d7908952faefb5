import type { App, ContentType, Trigger } from '../../server/admin-api/contract';
import { useState } from 'react';
import { useAct } from '../api/act';
import type { FieldErrors } from '../api/field-errors';
import { useAppsQuery } from '../api/apps';
import { useCreateTriggerMutation, useUpdateTriggerMutation } from '../api/triggers';
import { useMay } from '../permissions';
import { useText } from '../text';
import { FormModal } from '../ui/form-modal';
import { readAudience } from './audience-draft';
import { readContent } from './content-draft';
import { readRelated } from './related-draft';
import { draftErrors, draftOf, TRIGGER_FIELDS, type TriggerDraft } from './trigger-draft';
import { TriggerFields } from './trigger-fields';

interface TriggerFormProps {
  /** Absent: a new one. */
  trigger?: Trigger;
  contentTypes: readonly ContentType[];
  onClose: () => void;
}

/** Adds a trigger, or edits the one given. Opens once the apps to choose from are known. */
export function TriggerForm(props: TriggerFormProps) {
  const mayApps = useMay('apps.read');
  const { data: apps, isFetching } = useAppsQuery(undefined, { skip: !mayApps });
  if (mayApps && isFetching && !apps) return null;
  return <LoadedTriggerForm {...props} apps={apps ?? []} />;
}

function LoadedTriggerForm({ trigger, contentTypes, apps, onClose }: TriggerFormProps & { apps: readonly App[] }) {
  const text = useText();
  const act = useAct();
  const [create, creating] = useCreateTriggerMutation();
  const [update, updating] = useUpdateTriggerMutation();
  const [errors, setErrors] = useState<FieldErrors>({});
  const [draft, setDraft] = useState<TriggerDraft>(() => draftOf(trigger, apps));

  async function save() {
    const found = draftErrors(text, draft);
    setErrors(found);
    if (Object.keys(found).length > 0) return;
    const content = readContent(draft.content) ?? null;
    const audience = readAudience(draft.audience) ?? 'all';
    const body = { ...draft, name: draft.name.trim(), audience, content, ...readRelated(draft.related) };
    const saved = await act(() => (trigger ? update({ id: trigger.id, ...body }).unwrap() : create(body).unwrap()), {
      done: text('trigger.saved', { name: body.name }),
      fields: TRIGGER_FIELDS,
      onFieldErrors: setErrors,
    });
    if (saved) onClose();
  }

  return (
    <FormModal
      title={trigger ? text('trigger.edit', { name: trigger.name }) : text('triggers.add')}
      submitLabel={text(trigger ? 'action.save' : 'triggers.add')}
      busy={creating.isLoading || updating.isLoading}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <TriggerFields draft={draft} errors={errors} contentTypes={contentTypes} apps={apps} onChange={setDraft} />
    </FormModal>
  );
}
