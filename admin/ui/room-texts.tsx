import { useEffect, useState, type ReactNode } from 'react';
import { Page } from '@strapi/strapi/admin';
import { IntlProvider, useIntl } from 'react-intl';
import { roomTexts } from '../languages';

type Loaded = { locale: string; messages: Record<string, string> } | { locale: string; failed: true };

/** Brings the texts of the plugin's pages, which the panel does not load before somebody opens one. */
export function RoomTexts({ children }: { children: ReactNode }) {
  const intl = useIntl();
  const { locale } = intl;
  const [loaded, setLoaded] = useState<Loaded | null>(null);

  useEffect(() => {
    let wanted = true;
    const keep = (texts: Loaded) => {
      if (wanted) setLoaded(texts);
    };
    roomTexts(locale).then(
      (messages) => keep({ locale, messages }),
      () => keep({ locale, failed: true }),
    );
    return () => {
      wanted = false;
    };
  }, [locale]);

  if (loaded?.locale !== locale) return <Page.Loading />;
  if ('failed' in loaded) return <Page.Error />;
  const messages = { ...(intl.messages as Record<string, string>), ...loaded.messages };
  return (
    <IntlProvider locale={locale} defaultLocale="en" messages={messages} textComponent="span">
      {children}
    </IntlProvider>
  );
}
