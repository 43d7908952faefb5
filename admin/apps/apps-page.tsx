import { EmptyStateLayout } from '@strapi/design-system';
import { Page } from '@strapi/strapi/admin';
import { useAppsQuery } from '../api/apps';
import { PERMISSIONS, useMay } from '../permissions';
import { useText } from '../text';
import { Room } from '../ui/page';
import { AddApp } from './add-app';
import { AppCard } from './app-card';

/** Settings → Background push → Apps. */
export function ProtectedAppsPage() {
  return (
    <Page.Protect permissions={PERMISSIONS['apps.read']}>
      <AppsPage />
    </Page.Protect>
  );
}

function AppsPage() {
  const text = useText();
  const mayUpdate = useMay('apps.update');
  const { data: apps, isError } = useAppsQuery();
  if (!apps) return isError ? <Page.Error /> : <Page.Loading />;
  return (
    <Room title={text('settings.apps')} subtitle={text('apps.subtitle')} actions={mayUpdate && <AddApp />}>
      {apps.length === 0 ? (
        <EmptyStateLayout content={text('apps.none')} action={mayUpdate ? <AddApp variant="secondary" /> : undefined} />
      ) : (
        apps.map((app) => <AppCard key={app.id} app={app} />)
      )}
    </Room>
  );
}
