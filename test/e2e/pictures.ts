import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { PACKAGE_DIR } from '../demo/build-panel';
import { SCREENSHOTS } from './looks';

/** Pictures of the documents, by what the walk calls the page. */
const PICTURES = {
  'overview.png': '13-overview-pushed',
  'key.png': '07-key-form',
  'trigger.png': '10-trigger-form',
  'push.png': '14-push',
} as const;

/** Renews the pictures in `docs/images` with what the walk has just seen. */
export function renewPictures(): void {
  const folder = path.join(PACKAGE_DIR, 'docs', 'images');
  mkdirSync(folder, { recursive: true });
  for (const [picture, page] of Object.entries(PICTURES)) {
    copyFileSync(path.join(SCREENSHOTS, `${page}-1280.png`), path.join(folder, picture));
  }
}
