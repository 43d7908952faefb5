import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { PACKAGE_DIR } from '../demo/build-panel';
import { SCREENSHOTS } from './looks';

/** Pictures of the documents, by the screenshot that each is. */
const PICTURES = {
  'overview.png': '13-overview-pushed-1280',
  'overview-alarms.png': '53-overview-1280',
  'overview-lane.png': '53-overview-lane-1280',
  'overview-days.png': '53-overview-days-1280-dark',
  'overview-phone.png': '53-overview-375',
  'pushes.png': '55-pushes-1280',
  'push.png': '56-push-1280',
  'devices.png': '51-devices-1280',
  'device.png': '52-device-behind-1280',
  'move.png': '61-import-1280',
  'history.png': '57-history-1280',
  'apps.png': '58-apps-1280',
  'key.png': '07-key-form-1280',
  'triggers.png': '58-triggers-1280',
  'trigger.png': '10-trigger-form-1280',
  'audience.png': '29-audience-preview-1280',
  'preview.png': '14-preview-1280',
  'entry.png': '31-entry-waits-1280',
  'publish-now.png': '35-publish-now-1280',
  'test-devices.png': '65-test-devices-1280',
  'widget.png': '59-widget-1280',
} as const;

/** Nobody waits for a document. */
const MOST_BYTES = 150_000;

/** Renews those pictures in `docs/images` whose pages were seen. @throws where one is too large for a document */
export function renewPictures(): void {
  const folder = path.join(PACKAGE_DIR, 'docs', 'images');
  mkdirSync(folder, { recursive: true });
  for (const [picture, screenshot] of Object.entries(PICTURES)) {
    const seen = path.join(SCREENSHOTS, `${screenshot}.png`);
    if (!existsSync(seen)) continue;
    const { size } = statSync(seen);
    if (size > MOST_BYTES) throw new Error(`${picture} would have ${size} bytes; at most ${MOST_BYTES} are allowed.`);
    copyFileSync(seen, path.join(folder, picture));
  }
}
