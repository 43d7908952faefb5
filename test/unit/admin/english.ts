import { createIntl } from 'react-intl';
import en from '../../../admin/translations/en.json';
import type { Text } from '../../../admin/text';

const intl = createIntl({
  locale: 'en',
  onError: (error) => {
    throw error;
  },
});

/** Renders texts as the panel does in English. Throws where a value is missing or a text is malformed. */
export const text: Text = (key, values) => intl.formatMessage({ id: key, defaultMessage: en[key] }, values);

export const keys = Object.keys(en) as (keyof typeof en)[];

/** Names of the values that a text asks for. */
export function valueNames(key: keyof typeof en): string[] {
  return [...en[key].matchAll(/\{(\w+)/g)].map(([, name]) => name);
}
