import type { Act } from '../../server/admin-api/contract';
import { Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { useMay } from '../permissions';
import { PATHS } from '../plugin-id';
import { actSentence } from '../sentences';
import { useText, type TextKey } from '../text';
import { SmallLink } from '../ui/links';
import { Cell, DataTable } from '../ui/table';

const COLUMNS: readonly TextKey[] = ['column.time', 'column.act', 'column.on'];

/** Acts, newest first. */
export function ActTable({ acts }: { acts: readonly Act[] }) {
  const text = useText();
  return (
    <DataTable label={text('nav.acts')} columns={COLUMNS}>
      {acts.map((act) => (
        <ActRow key={act.id} act={act} />
      ))}
    </DataTable>
  );
}

function ActRow({ act }: { act: Act }) {
  const text = useText();
  const intl = useIntl();
  const mayPushes = useMay('pushes.read');
  const { bundleId, environment, pushId } = act.params;
  return (
    <tr>
      <Cell $nowrap>
        <Typography>{intl.formatDate(act.at, { dateStyle: 'medium', timeStyle: 'short' })}</Typography>
      </Cell>
      <Cell $minWidth="22rem">
        <Typography style={{ overflowWrap: 'anywhere' }}>{actSentence(text, act)}</Typography>
        {pushId !== undefined && mayPushes && (
          <>
            {' '}
            <SmallLink to={`${PATHS.pushes}/${pushId}`}>{text('acts.push')}</SmallLink>
          </>
        )}
      </Cell>
      <Cell>
        {bundleId === undefined ? (
          <Typography>{text(act.act === 'confirm-instance' ? 'acts.on-everything' : 'acts.on-triggers')}</Typography>
        ) : (
          <Typography tag="p" style={{ overflowWrap: 'anywhere' }}>
            {bundleId}
          </Typography>
        )}
        {environment && (
          <Typography tag="p" variant="pi" textColor="neutral600">
            {text(`environment.${environment}`)}
          </Typography>
        )}
      </Cell>
    </tr>
  );
}
