import type { AdminSession } from '../integration/admin-session';
import { BUNDLE_ID, type Credential } from './stage';

const ARTICLE = 'api::article.article';

/** Of the article that the demo publishes. */
export const TITLE = 'Hello, every device';

/** What an administrator does under Settings → Background push: the app, its key, and what wakes it. */
export async function setUpPush(admin: AdminSession, credential: Credential): Promise<void> {
  const created = await admin.call<{ data: { id: number } }>('POST', '/background-push/apps', {
    bundleId: BUNDLE_ID,
    name: 'News',
  });
  const lane = `/background-push/apps/${created.data.id}/lanes/production`;
  await admin.call('PUT', `${lane}/credential`, credential);
  const check = await admin.call<{ data: { ok: boolean; message: string; remedy: string } }>('POST', `${lane}/check`);
  if (!check.data.ok) throw new Error(`Check credentials: ${check.data.message} ${check.data.remedy}`);
  await admin.call('POST', '/background-push/triggers', {
    name: 'articles',
    contentType: ARTICLE,
    wakeOn: ['publish'],
    apps: [BUNDLE_ID],
    audience: 'all',
    // Devices get the article itself with the news of it.
    content: true,
  });
}

/**
 * Saves an article and publishes it, by the requests that the Content Manager makes.
 * @returns how long the publish took, ms
 */
export async function publishArticle(admin: AdminSession): Promise<number> {
  const articles = `/content-manager/collection-types/${ARTICLE}`;
  const fields = { title: TITLE, body: 'Published by the demo.' };
  const saved = await admin.call<{ data: { documentId: string } }>('POST', `${articles}?locale=en`, fields);
  const from = performance.now();
  await admin.call('POST', `${articles}/${saved.data.documentId}/actions/publish?locale=en`, fields);
  return performance.now() - from;
}
