export interface PermissionText {
  displayName: string;
  subCategory: 'editors' | 'overview' | 'apps' | 'triggers' | 'pushes' | 'devices';
}

/** What an administrator may be allowed to do; every admin route asks for exactly one. Nothing is granted by itself. */
export const PERMISSIONS = {
  'entries.read': { displayName: 'See beside an entry what publishing does', subCategory: 'editors' },
  'publish.without': { displayName: 'Publish without push', subCategory: 'editors' },
  'publish.now': { displayName: 'Publish and send now', subCategory: 'editors' },
  'overview.read': { displayName: 'See the overview', subCategory: 'overview' },
  'instance.confirm': { displayName: 'Confirm this instance', subCategory: 'overview' },
  'apps.read': { displayName: 'See apps', subCategory: 'apps' },
  'apps.update': { displayName: 'Add, change and remove apps', subCategory: 'apps' },
  'credentials.update': { displayName: 'Replace and remove credentials', subCategory: 'apps' },
  'credentials.check': { displayName: 'Check credentials with APNs', subCategory: 'apps' },
  'triggers.read': { displayName: 'See triggers', subCategory: 'triggers' },
  'triggers.update': { displayName: 'Add, change and remove triggers', subCategory: 'triggers' },
  'pushes.read': { displayName: 'See pushes', subCategory: 'pushes' },
  'pushes.cancel': { displayName: 'Cancel a push', subCategory: 'pushes' },
  'lanes.pause': { displayName: 'Pause a lane', subCategory: 'pushes' },
  'lanes.resume': { displayName: 'Resume a paused lane', subCategory: 'pushes' },
  'lanes.send-anyway': { displayName: 'Send anyway after the guard paused a lane', subCategory: 'pushes' },
  'lanes.send-now': { displayName: 'Send what waits now, within the budget', subCategory: 'pushes' },
  'lanes.force': { displayName: 'Send what waits now, whatever the budget says', subCategory: 'pushes' },
  'wake.send': { displayName: 'Wake everyone', subCategory: 'pushes' },
  'logs.start-anew': { displayName: "Start an app's log anew", subCategory: 'pushes' },
  'devices.read': { displayName: 'See devices', subCategory: 'devices' },
  'devices.import': { displayName: 'Import devices', subCategory: 'devices' },
  'devices.export': { displayName: 'Export devices with their tokens', subCategory: 'devices' },
  'devices.retire': { displayName: 'Confirm or drop held deletions', subCategory: 'devices' },
  'devices.delete': { displayName: 'Remove devices', subCategory: 'devices' },
  'devices.mark': { displayName: 'Mark test devices', subCategory: 'devices' },
  'test.send': { displayName: 'Send test pushes to one device or to the test devices', subCategory: 'devices' },
} as const satisfies Record<string, PermissionText>;

export type PermissionUid = keyof typeof PERMISSIONS;
