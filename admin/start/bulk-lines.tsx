import type { WakeAction } from '../../server/admin-api/contract';
import { useMemo, type ComponentType } from 'react';
import { Box, Flex } from '@strapi/design-system';
import { useQueryParams } from '@strapi/strapi/admin';
import { useMay } from '../permissions';
import type { BulkDescription, BulkProps, Described, ModalContent } from './content-manager';
import { AskedForecast } from './forecast-lines';

type BulkAction = Described<BulkProps, BulkDescription>;

/** Puts what it does into the dialogs of the Content Manager's own bulk publish and bulk unpublish. */
export const withForecasts = (actions: BulkAction[]): BulkAction[] => actions.map(withForecast);

function withForecast(useOriginal: BulkAction): BulkAction {
  const useAction: BulkAction = (props) => {
    const description = useOriginal(props);
    const may = useMay('entries.read');
    const dialog = description?.dialog;
    const planned = { uid: props.model, action: actionOf(useOriginal, description) };
    const modal = useModalWithForecast(dialog?.type === 'modal' ? dialog.content : undefined, planned);
    if (!may || planned.action === null) return description;
    switch (dialog?.type) {
      case 'dialog': {
        const content = (
          <Flex direction="column" alignItems="stretch" gap={3}>
            {dialog.content}
            <BulkForecast {...planned} />
          </Flex>
        );
        return { ...description, dialog: { ...dialog, content } };
      }
      case 'modal':
        return { ...description, dialog: { ...dialog, content: modal } };
      default:
        return description;
    }
  };
  return Object.assign(useAction, { type: useOriginal.type, position: useOriginal.position });
}

/** Bulk unpublish is named by a member of its function, bulk publish by one of what that returns. */
function actionOf({ type }: BulkAction, description: BulkDescription | null): WakeAction | null {
  const name = description?.actionType ?? type;
  return name === 'publish' || name === 'unpublish' ? name : null;
}

interface Planned {
  uid: string;
  action: WakeAction | null;
}

/** The Content Manager mounts what is in a modal anew whenever it is another function, so it is made once. */
function useModalWithForecast(Content: ComponentType<ModalContent> | undefined, { uid, action }: Planned) {
  return useMemo(() => {
    if (!Content) return undefined;
    return function ContentWithForecast(props: ModalContent) {
      return (
        <>
          <Box paddingTop={6} paddingLeft={8} paddingRight={8}>
            <BulkForecast uid={uid} action={action} />
          </Box>
          <Content {...props} />
        </>
      );
    };
  }, [Content, uid, action]);
}

function BulkForecast({ uid, action }: Planned) {
  const [{ query }] = useQueryParams<{ plugins?: { i18n?: { locale?: string } } }>();
  const locale = query.plugins?.i18n?.locale;
  return action && <AskedForecast uid={uid} isSingle={false} locale={locale} action={action} />;
}
