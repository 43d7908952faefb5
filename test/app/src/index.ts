import type { Core } from '@strapi/strapi';

/** Beside `en`, which Strapi makes itself. */
const LOCALES = [
  { code: 'fr', name: 'French (fr)' },
  { code: 'de', name: 'German (de)' },
];

interface Locales {
  findByCode(code: string): Promise<unknown>;
  create(locale: { code: string; name: string }): Promise<unknown>;
}

export default {
  async bootstrap({ strapi }: { strapi: Core.Strapi }): Promise<void> {
    const locales = strapi.plugin('i18n').service('locales') as Locales;
    for (const locale of LOCALES) if (!(await locales.findByCode(locale.code))) await locales.create(locale);
  },
};
