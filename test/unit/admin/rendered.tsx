import { DesignSystemProvider } from '@strapi/design-system';
import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { IntlProvider } from 'react-intl';
import { prefixedTexts } from '../../../admin/text';
import rooms from '../../../admin/translations/en.json';
import start from '../../../admin/translations/start/en.json';

/** What a part of the panel says in English, without its markup. */
export function rendered(part: ReactElement): string {
  const markup = renderToStaticMarkup(
    <IntlProvider locale="en" messages={prefixedTexts({ ...start, ...rooms })}>
      <DesignSystemProvider>{part}</DesignSystemProvider>
    </IntlProvider>,
  );
  return markup.replaceAll(/<style.*?<\/style>|<[^>]*>/g, ' ');
}
