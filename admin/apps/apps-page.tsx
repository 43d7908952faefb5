import { useState } from 'react';
import { EmptyStateLayout } from '@strapi/design-system';
import { Page } from '@strapi/strapi/admin';
import { useAppsQuery } from '../api/apps';
import { PERMISSIONS, useMay } from '../permissions';
import { useText } from '../text';
import { RoomTexts } from '../ui/room-texts';
import { Room } from '../ui/page';
import { AddApp } from './add-app';
import { AppCard } from './app-card';
import { AppForm } from './app-form';

/** Settings → Background push → Apps. */
export function ProtectedAppsPage() {
  return (
    <Page.Protect permissions={PERMISSIONS['apps.read']}>
      <RoomTexts>
        <AppsPage />
      </RoomTexts>
    </Page.Protect>
  );
}

function AppsPage() {
  const text = useText();
  const mayUpdate = useMay('apps.update');
  const { data: apps, isError } = useAppsQuery();
  // Not in the button: the header is made anew when the window becomes narrow, and the form would go with it.
  const [adding, setAdding] = useState(false);
  if (!apps) return isError ? <Page.Error /> : <Page.Loading />;
  const add = () => setAdding(true);
  return (
    <Room title={text('settings.apps')} subtitle={text('apps.subtitle')} actions={mayUpdate && <AddApp onAdd={add} />}>
      {apps.length === 0 ? (
        <EmptyStateLayout
          content={text('apps.none')}
          action={mayUpdate ? <AddApp variant="secondary" onAdd={add} /> : undefined}
        />
      ) : (
        apps.map((app) => <AppCard key={app.id} app={app} />)
      )}
      {adding && <AppForm onClose={() => setAdding(false)} />}
    </Room>
  );
}
