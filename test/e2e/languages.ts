import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { languages } from '../../admin/languages';
import { PATHS } from '../../admin/plugin-id';
import type { Stage } from './walk';

type Texts = Record<string, string>;

const TRANSLATIONS = path.join(__dirname, '../../admin/translations');
const textsOf = (locale: string): Texts =>
  Object.assign({}, ...['start/', ''].map((part) => read(`${part}${locale}.json`))) as Texts;
const read = (file: string) => JSON.parse(readFileSync(path.join(TRANSLATIONS, file), 'utf8')) as Texts;

/** A sentence: what is shorter may be a name, or a word of both languages. */
const LEAST = 12;

/** One behind each way into the plugin, and the pages with the most texts; what they are headed with. */
const PAGES = [
  ['overview', 'plugin.name'],
  ['devices', 'nav.devices'],
  ['move', 'move.title'],
  ['triggers', 'settings.triggers'],
] as const;

/** Opens pages in each language, as an administrator who chose it. */
export async function inEachLanguage(stage: Pick<Stage, 'page' | 'strapi' | 'photographer' | 'report'>): Promise<void> {
  const { page, strapi, photographer, report } = stage;
  const admin = await strapi.admin();
  const english = textsOf('en');
  const choose = (preferedLanguage: string) => admin.call('PUT', '/admin/users/me', { preferedLanguage });

  for (const locale of languages.filter((one) => one !== 'en')) {
    const texts = textsOf(locale);
    const sentences = Object.keys(english)
      .filter((key) => english[key].length >= LEAST && !english[key].includes('{') && english[key] !== texts[key])
      .map((key) => english[key]);
    await report.step(`speaks ${locale}`, async () => {
      await choose(locale);
      for (const [name, title] of PAGES) {
        await page.goto(`${strapi.url}/admin${PATHS[name]}`);
        await page.getByRole('heading', { level: 1, name: texts[title], exact: true }).waitFor();
        await page.waitForLoadState('networkidle');
        const shown = (await page.locator('main').innerText()).split('\n').map((line) => line.trim());
        assert.deepEqual(
          sentences.filter((sentence) => shown.includes(sentence)),
          [],
          `English on ${name}`,
        );
      }
      await page.goto(`${strapi.url}/admin${PATHS.overview}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await photographer.takeNarrow(page, `40-overview-${locale}`);
    });
  }
  await choose('en');
}
