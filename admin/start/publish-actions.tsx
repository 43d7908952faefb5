import type { PermissionUid, PublishChoice } from '../../server/admin-api/contract';
import {
  unstable_useContentManagerContext as useContentManagerContext,
  unstable_useDocumentActions as useDocumentActions,
  useDocumentRBAC,
  useForm,
  useNotification,
} from '@strapi/strapi/admin';
import { Flex, Typography } from '@strapi/design-system';
import { useNavigate } from 'react-router-dom';
import { useDraftRelationsQuery, useEntryQuery, type EntryQuery } from '../api/entries';
import { useMay } from '../permissions';
import { useText, type TextKey } from '../text';
import { isSingleType, type ActionDescription, type Described, type EntryProps } from './content-manager';
import { AskedForecast } from './forecast-lines';
import { apiValues } from './api-values';
import { useEntryQueryOf } from './use-entry';

const LABELS: Readonly<Record<PublishChoice, { label: TextKey; permission: PermissionUid }>> = {
  without: { label: 'publish.without', permission: 'publish.without' },
  now: { label: 'publish.now', permission: 'publish.now' },
};

/** Publish as the Content Manager does it, with a choice: among the entry's further actions, each behind its own permission. */
export const PublishWithout = publishAction('without');
export const PublishNow = publishAction('now');

function publishAction(choice: PublishChoice): Described<EntryProps, ActionDescription> {
  const { label, permission } = LABELS[choice];
  const useAction: Described<EntryProps, ActionDescription> = (props) => {
    const text = useText();
    const mayChoose = useMay(permission);
    const maySee = useMay('entries.read');
    const query = useEntryQueryOf(props);
    const { data } = useEntryQuery(query, { skip: !maySee });
    const publishing = usePublishing(props, query, choice);
    if (!mayChoose || !publishing.hasDrafts || data?.forecast.heard === false) return null;
    return {
      label: text(label),
      position: ['panel'],
      disabled: publishing.disabled,
      loading: publishing.loading,
      dialog: {
        type: 'dialog',
        title: text(label),
        content: <WhatItDoes query={query} choice={choice} maySee={maySee} collectionType={props.collectionType} />,
        confirmLabel: text(label),
        variant: 'default',
        onConfirm: publishing.publish,
      },
    };
  };
  useAction.position = ['panel'];
  return useAction;
}

/** What the dialog says before the editor confirms. */
function WhatItDoes(props: { query: EntryQuery; choice: PublishChoice; maySee: boolean; collectionType: string }) {
  const { query, choice, maySee, collectionType } = props;
  const text = useText();
  const { uid, documentId, locale } = query;
  const drafts = useDraftRelationsQuery(
    { uid, collectionType, documentId: documentId ?? '', locale },
    { skip: documentId === undefined, refetchOnMountOrArgChange: true },
  );
  const count = drafts.data ?? 0;
  return (
    <Flex direction="column" alignItems="stretch" gap={2}>
      {choice === 'without' && <Typography>{text('publish.without-body')}</Typography>}
      {choice === 'now' && maySee && <AskedForecast {...query} choice="now" atOnce />}
      {count > 0 && <Typography textColor="warning700">{text('publish.drafts', { count })}</Typography>}
    </Flex>
  );
}

/** Publishes what the form holds, as the Content Manager's own button does. */
function usePublishing(
  { model, collectionType, documentId, document, activeTab, meta }: EntryProps,
  { locale }: EntryQuery,
  choice: PublishChoice,
) {
  const text = useText();
  const navigate = useNavigate();
  const { toggleNotification } = useNotification();
  const { contentType, hasDraftAndPublish: hasDrafts } = useContentManagerContext();
  const { publish, isLoading: loading } = useDocumentActions();
  const canPublish = useDocumentRBAC('BackgroundPush', (state) => state.canPublish);
  const form = useForm('BackgroundPush', (state) => state);
  const isPublished =
    document?.status !== 'modified' &&
    Boolean(document?.publishedAt || meta?.availableStatus?.some(({ publishedAt }) => publishedAt));
  const isEmpty = documentId === undefined && !isSingleType({ collectionType });
  const disabled =
    !canPublish ||
    form.isSubmitting ||
    activeTab === 'published' ||
    (!form.modified && (isPublished || isEmpty || document === undefined));

  /** Attributes that show only under a condition: which of them to leave out is for the Content Manager's own Save. */
  const isConditional = Object.values(contentType?.attributes ?? {}).some((attribute) => 'conditions' in attribute);

  const complain = (key: TextKey) => toggleNotification({ type: 'danger', message: text(key) });

  async function publishForm(): Promise<void> {
    if (form.modified && isConditional) return complain('publish.save-first');
    const { errors } = await form.validate(true, { status: 'published' });
    if (errors) return complain('publish.invalid');
    const values = form.modified || isEmpty ? apiValues(form.getValues()) : {};
    const params = { ...(locale && { locale }), backgroundPush: choice };
    const answer = await publish(
      { collectionType, model, documentId, params },
      values as Parameters<typeof publish>[1],
    );
    if ('error' in answer) return;
    form.resetForm(form.getValues());
    if (!isEmpty) return;
    const created = (answer.data as { documentId?: string } | undefined)?.documentId;
    if (created) navigate(`../${collectionType}/${model}/${created}`, { replace: true });
  }

  async function publishOnce(): Promise<void> {
    form.setSubmitting(true);
    try {
      await publishForm();
    } finally {
      form.setSubmitting(false);
    }
  }

  return { hasDrafts, disabled, loading, publish: publishOnce };
}
