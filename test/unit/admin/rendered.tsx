import { DesignSystemProvider } from '@strapi/design-system';
import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { IntlProvider } from 'react-intl';
import { translations } from '../../../admin/text';

/** What a part of the panel says in English, without its markup. */
export function rendered(part: ReactElement): string {
  const markup = renderToStaticMarkup(
    <IntlProvider locale="en" messages={translations('en')}>
      <DesignSystemProvider>{part}</DesignSystemProvider>
    </IntlProvider>,
  );
  return markup.replaceAll(/<style.*?<\/style>|<[^>]*>/g, ' ');
}
