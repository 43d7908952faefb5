import type { WakeAction } from '../../server/admin-api/contract';
import { Flex } from '@strapi/design-system';
import { useQueryParams } from '@strapi/strapi/admin';
import { useMay } from '../permissions';
import type { BulkDescription, BulkProps, Described } from './content-manager';
import { AskedForecast } from './forecast-lines';

type BulkAction = Described<BulkProps, BulkDescription>;

/** Puts what it does into the dialog of the Content Manager's own bulk unpublish. */
export function withForecasts(actions: BulkAction[]): BulkAction[] {
  return actions.map((action) => (action.type === 'unpublish' ? withForecast(action, 'unpublish') : action));
}

function withForecast(useOriginal: BulkAction, action: WakeAction): BulkAction {
  const useAction: BulkAction = (props) => {
    const description = useOriginal(props);
    const may = useMay('entries.read');
    const dialog = description?.dialog;
    if (!may || dialog?.type !== 'dialog') return description;
    const content = (
      <Flex direction="column" alignItems="stretch" gap={3}>
        {dialog.content}
        <BulkForecast uid={props.model} action={action} />
      </Flex>
    );
    return { ...description, dialog: { ...dialog, content } };
  };
  return Object.assign(useAction, { type: useOriginal.type, position: useOriginal.position });
}

function BulkForecast({ uid, action }: { uid: string; action: WakeAction }) {
  const [{ query }] = useQueryParams<{ plugins?: { i18n?: { locale?: string } } }>();
  const locale = query.plugins?.i18n?.locale;
  return <AskedForecast uid={uid} isSingle={false} locale={locale} action={action} />;
}
