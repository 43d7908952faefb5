import type { News, NewsPush, NewsWaiting } from '../../server/admin-api/contract';
import type { ReactNode } from 'react';
import { Flex, Typography } from '@strapi/design-system';
import { Widget } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';
import { useNewsQuery } from '../api/entries';
import { useMay } from '../permissions';
import { PATHS } from '../plugin-id';
import { pushName } from '../pushes/push-about';
import { useText, type Text, type TextKey } from '../text';
import { SmallLink } from '../ui/links';
import { usePolling, useTabVisible } from '../ui/polling';
import { appName } from './forecast-sentences';

const MOVING_MS = 5_000;

/** On the home page: what waits to be pushed, with its time, and what was pushed last. */
export function LatestWidget() {
  const text = useText();
  const { data, isError, refetch } = useNewsQuery(undefined, { refetchOnMountOrArgChange: true });
  const visible = useTabVisible();
  usePolling(refetch, data && visible && moves(data) ? MOVING_MS : 0);
  if (!data) return isError ? <Widget.Error /> : <Widget.Loading />;
  const { waiting, pushes } = data;
  if (waiting.length + pushes.length === 0) return <Widget.NoData>{text('widget.empty')}</Widget.NoData>;
  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      {waiting.length > 0 && (
        <Part title="widget.waiting">
          {waiting.map((one) => (
            <Waiting key={one.laneId} waiting={one} />
          ))}
        </Part>
      )}
      {pushes.length > 0 && (
        <Part title="widget.latest">
          {pushes.map((push) => (
            <Pushed key={push.id} push={push} />
          ))}
        </Part>
      )}
    </Flex>
  );
}

/** Whether it will look different in a moment; what is held for longer shows when the page is opened again. */
function moves({ waiting, pushes }: News): boolean {
  const leaves = waiting.some(({ departure: { kind } }) => kind === 'now' || kind === 'quiet' || kind === 'running');
  return leaves || pushes.some(({ state }) => state === 'running');
}

function Part({ title, children }: { title: TextKey; children: ReactNode }) {
  const text = useText();
  return (
    <Flex direction="column" alignItems="stretch" gap={2}>
      <Typography variant="sigma" textColor="neutral600" tag="h3">
        {text(title)}
      </Typography>
      <Flex tag="ul" direction="column" alignItems="stretch" gap={3}>
        {children}
      </Flex>
    </Flex>
  );
}

function Waiting({ waiting }: { waiting: NewsWaiting }) {
  const text = useText();
  const intl = useIntl();
  const clock = (at: number) => intl.formatTime(at, { timeStyle: 'short' });
  return <Line name={pushName(text, waiting.about)} said={waitingSentence(text, waiting, clock)} />;
}

function waitingSentence(text: Text, waiting: NewsWaiting, clock: (at: number) => string): string {
  const app = appName(text, waiting);
  const { kind, at } = waiting.departure;
  if (kind === 'now' || kind === 'quiet') return text('widget.leaves-soon', { app });
  if (kind === 'running') return text('widget.after-running', { app });
  return at === null ? text('widget.waits', { app }) : text('widget.leaves-at', { app, time: clock(at) });
}

function Pushed({ push }: { push: NewsPush }) {
  const text = useText();
  const intl = useIntl();
  const mayPushes = useMay('pushes.read');
  const { accepted, devices, state, at } = push;
  const time = intl.formatDate(at, { dateStyle: 'short', timeStyle: 'short' });
  const said = text(state === 'running' ? 'widget.sending' : 'widget.reached', {
    app: appName(text, push),
    accepted,
    devices,
    time,
  });
  const to = mayPushes ? `${PATHS.pushes}/${push.id}` : undefined;
  return <Line name={pushName(text, push.about)} said={said} to={to} />;
}

function Line({ name, said, to }: { name: string; said: string; to?: string }) {
  return (
    <li>
      <Typography tag="p" fontWeight="semiBold" style={{ overflowWrap: 'anywhere' }}>
        {name}
      </Typography>
      {to === undefined ? (
        <Typography variant="pi" textColor="neutral600">
          {said}
        </Typography>
      ) : (
        <SmallLink to={to}>{said}</SmallLink>
      )}
    </li>
  );
}
