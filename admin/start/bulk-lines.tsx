import type { WakeAction } from '../../server/admin-api/contract';
import { Box, Flex } from '@strapi/design-system';
import { useQueryParams } from '@strapi/strapi/admin';
import type { ReactNode } from 'react';
import { useMay } from '../permissions';
import type { BulkDescription, BulkProps, Described } from './content-manager';
import { AskedForecast } from './forecast-lines';

type BulkAction = Described<BulkProps, BulkDescription>;

/** Puts what it does into the dialog of the Content Manager's own bulk unpublish. */
export function withForecasts(actions: BulkAction[]): BulkAction[] {
  return actions.map((action) => {
    return action.type === 'unpublish' ? withForecast(action, 'unpublish') : action;
  });
}

function withForecast(useOriginal: BulkAction, action: WakeAction): BulkAction {
  const useAction: BulkAction = (props) => {
    const description = useOriginal(props);
    const may = useMay('entries.read');
    const { dialog } = description ?? {};
    if (!description || !dialog || !may || dialog.type === 'notification') return description;
    const line = <BulkForecast uid={props.model} action={action} />;
    return { ...description, dialog: withLine(dialog, line) };
  };
  return Object.assign(useAction, { type: useOriginal.type, position: useOriginal.position });
}

function withLine(dialog: Exclude<BulkDescription['dialog'], undefined>, line: ReactNode): BulkDescription['dialog'] {
  if (dialog.type === 'dialog') {
    const content = (
      <Flex direction="column" alignItems="stretch" gap={3}>
        {dialog.content}
        {line}
      </Flex>
    );
    return { ...dialog, content };
  }
  if (dialog.type !== 'modal') return dialog;
  const { content } = dialog;
  // The original's own component: another function at each render would begin it anew each time.
  return typeof content === 'function'
    ? { ...dialog, content: contentWithLine(content, line) }
    : { ...dialog, content: [content, line] };
}

function contentWithLine(original: (props: { onClose: () => void }) => ReactNode, line: ReactNode) {
  return function ContentWithLine(props: { onClose: () => void }) {
    return (
      <>
        <Box paddingTop={4} paddingLeft={6} paddingRight={6}>
          {line}
        </Box>
        {original(props)}
      </>
    );
  };
}

function BulkForecast({ uid, action }: { uid: string; action: WakeAction }) {
  const [{ query }] = useQueryParams<{ plugins?: { i18n?: { locale?: string } } }>();
  const locale = query.plugins?.i18n?.locale;
  return <AskedForecast uid={uid} isSingle={false} locale={locale} action={action} />;
}
