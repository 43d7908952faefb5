import type { PermissionUid } from '../server/admin-api/contract';
import { Page } from '@strapi/strapi/admin';
import { Route, Routes } from 'react-router-dom';
import { ActsPage } from './acts/acts-page';
import { DevicePage } from './devices/device-page';
import { DevicesPage } from './devices/devices-page';
import { MovePage } from './moving/move-page';
import { OverviewPage } from './overview/overview-page';
import { PERMISSIONS } from './permissions';
import { PushPage } from './pushes/push-page';
import { PushesPage } from './pushes/pushes-page';
import { RoomTexts } from './ui/room-texts';

/** The pages behind the menu link, each behind its own permission. */
export function Rooms() {
  return (
    <RoomTexts>
      <Routes>
        <Route index element={protect('overview.read', <OverviewPage />)} />
        <Route path="pushes" element={protect('pushes.read', <PushesPage />)} />
        <Route path="pushes/:id" element={protect('pushes.read', <PushPage />)} />
        <Route path="devices" element={protect('devices.read', <DevicesPage />)} />
        <Route path="devices/move" element={<MovePage />} />
        <Route path="devices/:id" element={protect('devices.read', <DevicePage />)} />
        <Route path="acts" element={protect('overview.read', <ActsPage />)} />
        <Route path="*" element={<Page.NoData />} />
      </Routes>
    </RoomTexts>
  );
}

function protect(uid: PermissionUid, page: JSX.Element): JSX.Element {
  return <Page.Protect permissions={PERMISSIONS[uid]}>{page}</Page.Protect>;
}
