import { BackButton, Page } from '@strapi/strapi/admin';
import { useMay } from '../permissions';
import { useText } from '../text';
import { PATHS } from '../plugin-id';
import { Room } from '../ui/page';
import { PERMISSIONS } from '../permissions';
import { EraseDevices } from './erase-devices';
import { ExportDevices } from './export-devices';
import { ImportDevices } from './import-devices';

/** Whoever may do one of these sees the page, with what that is. */
const ANY = [PERMISSIONS['devices.import'], PERMISSIONS['devices.export'], PERMISSIONS['devices.delete']].flat();

/** Devices in and out, as files; and devices that must be forgotten. */
export function MovePage() {
  return (
    <Page.Protect permissions={ANY}>
      <Move />
    </Page.Protect>
  );
}

function Move() {
  const text = useText();
  const mayImport = useMay('devices.import');
  const mayExport = useMay('devices.export');
  const mayErase = useMay('devices.delete');
  return (
    <Room title={text('move.title')} subtitle={text('move.subtitle')} back={<BackButton fallback={PATHS.devices} />}>
      {mayImport && <ImportDevices />}
      {mayExport && <ExportDevices />}
      {mayErase && <EraseDevices />}
    </Room>
  );
}
