import type { StrapiProcess } from '../integration/strapi-process';

export const ARTICLE = 'api::article.article';
const PUBLISH = `/content-manager/collection-types/${ARTICLE}/actions/publish`;

/** Writes and publishes an article as an editor does. @returns its document id @throws when Strapi says no, or nothing */
export async function publishArticle(strapi: Pick<StrapiProcess, 'admin'>, title = 'Published'): Promise<string> {
  const admin = await strapi.admin();
  const { data } = await admin.call<{ data: { documentId: string } }>('POST', PUBLISH, { title });
  return data.documentId;
}
