import { prefixedTexts } from './text';

type Texts = Record<string, string>;
type Load = () => Promise<{ default: Texts }>;

/**
 * The texts of each language in two parts: what the panel shows before the plugin is opened comes with its start, the rest
 * with the plugin's pages.
 */
const LANGUAGES: Readonly<Record<string, { start: Load; rooms: Load }>> = {
  en: { start: () => import('./translations/start/en.json'), rooms: () => import('./translations/en.json') },
  de: { start: () => import('./translations/start/de.json'), rooms: () => import('./translations/de.json') },
  es: { start: () => import('./translations/start/es.json'), rooms: () => import('./translations/es.json') },
  fr: { start: () => import('./translations/start/fr.json'), rooms: () => import('./translations/fr.json') },
  ja: { start: () => import('./translations/start/ja.json'), rooms: () => import('./translations/ja.json') },
  'pt-BR': { start: () => import('./translations/start/pt-BR.json'), rooms: () => import('./translations/pt-BR.json') },
};

/** The languages that there are texts in, as the panel names them. */
export const languages: readonly string[] = Object.keys(LANGUAGES);

/** @returns the texts of a language that the panel needs from its start; none where there is no translation */
export async function startTexts(locale: string): Promise<Texts> {
  return load(LANGUAGES[locale]?.start);
}

/** @returns the texts of the plugin's pages, English where a language lacks one */
export async function roomTexts(locale: string): Promise<Texts> {
  const [english, translated] = await Promise.all([load(LANGUAGES.en.rooms), load(LANGUAGES[locale]?.rooms)]);
  return { ...english, ...translated };
}

async function load(texts: Load | undefined): Promise<Texts> {
  return texts ? prefixedTexts((await texts()).default) : {};
}
