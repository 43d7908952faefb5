import { useCallback } from 'react';
import { useIntl, type PrimitiveType } from 'react-intl';
import { PLUGIN_ID } from './plugin-id';
import type en from './translations/en.json';
import start from './translations/start/en.json';

/** The name of a text, without the plugin's prefix. A name that neither file of English texts has does not compile. */
export type TextKey = keyof typeof en | keyof typeof start;

export type TextValues = Record<string, PrimitiveType>;
export type Text = (key: TextKey, values?: TextValues) => string;

/** Renders texts in the administrator's language; English where a translation lacks one. */
export function useText(): Text {
  const intl = useIntl();
  return useCallback((key, values) => intl.formatMessage({ id: prefixed(key) }, values), [intl]);
}

/** For what Strapi itself renders: the names of links and sections, which the panel has from its start. */
export function descriptor(key: keyof typeof start): { id: string; defaultMessage: string } {
  return { id: prefixed(key), defaultMessage: start[key] };
}

/** Texts as Strapi registers them: under the plugin's prefix. */
export function prefixedTexts(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [prefixed(key), text]));
}

function prefixed(key: string): string {
  return `${PLUGIN_ID}.${key}`;
}
