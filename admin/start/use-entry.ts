import { useQueryParams } from '@strapi/strapi/admin';
import type { EntryQuery } from '../api/entries';
import { isSingleType, type EntryProps } from './content-manager';

type Shown = Pick<EntryProps, 'model' | 'collectionType' | 'documentId' | 'document'>;

/** Which entry an editor has open, in the language that the page shows. */
export function useEntryQueryOf({ model, collectionType, documentId, document }: Shown): EntryQuery {
  const [{ query }] = useQueryParams<{ plugins?: { i18n?: { locale?: string } } }>();
  const locale = document?.locale ?? query.plugins?.i18n?.locale;
  return { uid: model, isSingle: isSingleType({ collectionType }), documentId, locale };
}
