import { useCallback } from 'react';
import { useIntl, type PrimitiveType } from 'react-intl';
import { PLUGIN_ID } from './plugin-id';
import en from './translations/en.json';

/** The name of a text, without the plugin's prefix. A name that `en.json` does not have does not compile. */
export type TextKey = keyof typeof en;

export type TextValues = Record<string, PrimitiveType>;
export type Text = (key: TextKey, values?: TextValues) => string;

/** Renders texts in the administrator's language; English where a translation lacks one. */
export function useText(): Text {
  const intl = useIntl();
  return useCallback(
    (key, values) => intl.formatMessage({ id: prefixed(key), defaultMessage: en[key] }, values),
    [intl],
  );
}

/** For what Strapi itself renders: the names of links and sections. */
export function descriptor(key: TextKey): { id: string; defaultMessage: string } {
  return { id: prefixed(key), defaultMessage: en[key] };
}

const TRANSLATIONS: Record<string, Record<string, string>> = { en };

/** The texts of one language as Strapi registers them: under the plugin's prefix. */
export function translations(locale: string): Record<string, string> {
  return Object.fromEntries(Object.entries(TRANSLATIONS[locale] ?? {}).map(([key, text]) => [prefixed(key), text]));
}

function prefixed(key: string): string {
  return `${PLUGIN_ID}.${key}`;
}
