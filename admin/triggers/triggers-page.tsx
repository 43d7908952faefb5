import type { Trigger } from '../../server/admin-api/contract';
import { useState } from 'react';
import { Button, EmptyStateLayout } from '@strapi/design-system';
import { Plus } from '@strapi/icons';
import { Page } from '@strapi/strapi/admin';
import { useContentTypesQuery, useTriggersQuery } from '../api/triggers';
import { PERMISSIONS, useMay } from '../permissions';
import { useText } from '../text';
import { RoomTexts } from '../ui/room-texts';
import { Room } from '../ui/page';
import { TriggerForm } from './trigger-form';
import { TriggerTable } from './trigger-table';

/** Settings → Background push → Triggers. */
export function ProtectedTriggersPage() {
  return (
    <Page.Protect permissions={PERMISSIONS['triggers.read']}>
      <RoomTexts>
        <TriggersPage />
      </RoomTexts>
    </Page.Protect>
  );
}

/** What the form is open for: a trigger, a new one, or nothing. */
type Editing = Trigger | 'new' | null;

function TriggersPage() {
  const text = useText();
  const mayUpdate = useMay('triggers.update');
  const { data: triggers, isError } = useTriggersQuery();
  const { data: contentTypes = [] } = useContentTypesQuery();
  const [editing, setEditing] = useState<Editing>(null);
  if (!triggers) return isError ? <Page.Error /> : <Page.Loading />;

  const add = mayUpdate && (
    <Button startIcon={<Plus aria-hidden />} onClick={() => setEditing('new')}>
      {text('triggers.add')}
    </Button>
  );
  return (
    <Room title={text('settings.triggers')} subtitle={text('triggers.subtitle')} actions={add}>
      {triggers.length === 0 ? (
        <EmptyStateLayout content={text('triggers.none')} />
      ) : (
        <TriggerTable triggers={triggers} contentTypes={contentTypes} onEdit={mayUpdate ? setEditing : undefined} />
      )}
      {editing !== null && (
        <TriggerForm
          trigger={editing === 'new' ? undefined : editing}
          contentTypes={contentTypes}
          onClose={() => setEditing(null)}
        />
      )}
    </Room>
  );
}
