import { createIntl } from 'react-intl';
import rooms from '../../../admin/translations/en.json';
import start from '../../../admin/translations/start/en.json';
import type { Text, TextKey } from '../../../admin/text';

export type { TextKey };

const en = { ...start, ...rooms };

const intl = createIntl({
  locale: 'en',
  onError: (error) => {
    throw error;
  },
});

/** Renders texts as the panel does in English. Throws where a value is missing or a text is malformed. */
export const text: Text = (key, values) => intl.formatMessage({ id: key, defaultMessage: en[key] }, values);

/** The texts as they are written, values and all. */
export const textOf: Text = (key) => en[key];

export const keys = Object.keys(en) as TextKey[];

/** Names of the values that a text asks for. */
export function valueNames(key: TextKey): string[] {
  return [...en[key].matchAll(/\{(\w+)/g)].map(([, name]) => name);
}
