import type { EntryNews, LaneNews, Push } from '../../server/admin-api/contract';
import { Box, Flex, ProgressBar, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { useMay } from '../permissions';
import { PATHS } from '../plugin-id';
import { useText, type Text } from '../text';
import { SmallLink } from '../ui/links';
import { duration } from '../ui/time';
import { appName } from './forecast-sentences';

/** Where the latest change of an entry is, app by app. */
export function LatestChange({ news, now }: { news: EntryNews; now: number }) {
  const text = useText();
  return (
    <Flex direction="column" alignItems="stretch" gap={2} aria-live="polite">
      <Typography variant="sigma" textColor="neutral600" tag="h3">
        {text('entry.latest')}
      </Typography>
      {news.choice !== null && (
        <Typography tag="p" variant="pi" textColor="neutral600">
          {text(news.choice === 'now' ? 'entry.now' : 'entry.without', { by: news.by ?? '–' })}
        </Typography>
      )}
      {news.lanes.map((lane) => (
        <LaneState key={lane.laneId} lane={lane} now={now} />
      ))}
    </Flex>
  );
}

function LaneState({ lane, now }: { lane: LaneNews; now: number }) {
  const text = useText();
  const intl = useIntl();
  const clock = (at: number) => intl.formatTime(at, { timeStyle: 'short' });
  if (lane.state === 'sending' && lane.push) return <OnItsWay lane={lane} push={lane.push} now={now} />;
  return (
    <Box>
      <Typography tag="p" style={{ overflowWrap: 'anywhere' }}>
        {stateSentence(text, lane, now, clock)}
      </Typography>
      {lane.push?.freshness && lane.push.freshness.applied > 0 && (
        <Typography tag="p" variant="pi" textColor="neutral600">
          {haveIt(text, lane.push)}
        </Typography>
      )}
    </Box>
  );
}

/** Waits that end by themselves, and soon. */
const SOON_MS = 15_000;

function stateSentence(text: Text, lane: LaneNews, now: number, clock: (at: number) => string): string {
  const app = appName(text, lane);
  const { state, departure, push } = lane;
  switch (state) {
    case 'numbering':
      return text('entry.numbering');
    case 'waiting':
      if (departure?.kind === 'running') return text('entry.waits-for-running', { app });
      if (departure?.kind === 'now') return text('entry.waits-soon', { app });
      if (departure === null || departure.at === null) return text('entry.waits', { app });
      return departure.at - now < SOON_MS
        ? text('entry.waits-soon', { app })
        : text('entry.waits-until', { app, time: clock(departure.at) });
    case 'along':
      return text('entry.along', { app });
    case 'unheard':
      return text('entry.unheard', { app });
    case 'sending':
    case 'told': {
      if (push === null) return text('entry.unheard', { app });
      const { accepted, met } = push.counters;
      const isCut = push.ended !== null && push.ended !== 'done';
      const time = clock(push.finishedAt ?? push.announcedAt ?? push.createdAt);
      return text(isCut ? 'entry.ended' : 'entry.told', { app, accepted, met, time });
    }
  }
}

/** What phones said of it; they were asked in a sample where there are many. */
function haveIt(text: Text, { freshness, counters }: Push): string {
  const { share = 1, applied = 0 } = freshness ?? {};
  if (share >= 1) return text('entry.have-it', { applied });
  return text('entry.have-it-of', { applied, asked: Math.max(applied, Math.round(counters.accepted * share)) });
}

function OnItsWay({ lane, push, now }: { lane: LaneNews; push: Push; now: number }) {
  const text = useText();
  const { counters } = push;
  const total = Math.max(push.estimated, counters.met);
  const answered = counters.met - counters.waiting;
  const line = text('entry.sending', { app: appName(text, lane), answered, total });
  const msLeft = answered > 0 ? ((now - push.createdAt) / answered) * (total - answered) : null;
  return (
    <Flex direction="column" alignItems="stretch" gap={1}>
      <Typography tag="p" style={{ overflowWrap: 'anywhere' }}>
        {line}
      </Typography>
      <ProgressBar
        style={{ width: '100%' }}
        value={total === 0 ? 100 : Math.round((100 * answered) / total)}
        aria-label={line}
      />
      {msLeft !== null && msLeft > 0 && (
        <Typography tag="p" variant="pi" textColor="neutral600">
          {text('entry.left', { duration: duration(text, msLeft) })}
        </Typography>
      )}
    </Flex>
  );
}

/** The last pushes that told of an entry; each leads to its page. */
export function PushesOfEntry({ news }: { news: EntryNews }) {
  const text = useText();
  const intl = useIntl();
  const mayPushes = useMay('pushes.read');
  if (news.pushes.length === 0) return null;
  return (
    <Flex direction="column" alignItems="stretch" gap={2}>
      <Typography variant="sigma" textColor="neutral600" tag="h3">
        {text('entry.pushes')}
      </Typography>
      <Flex tag="ul" direction="column" alignItems="stretch" gap={1}>
        {news.pushes.map((push) => {
          const { accepted } = push.counters;
          const met = Math.max(push.estimated, push.counters.met);
          const app = appName(text, {
            app: news.lanes.find(({ laneId }) => laneId === push.laneId)?.app ?? push.bundleId,
            environment: push.environment,
          });
          const time = intl.formatDate(push.createdAt, { dateStyle: 'short', timeStyle: 'short' });
          const line = text('entry.push', { time, accepted, met, app });
          return (
            <li key={push.id}>
              {mayPushes ? (
                <SmallLink to={`${PATHS.pushes}/${push.id}`}>{line}</SmallLink>
              ) : (
                <Typography variant="pi">{line}</Typography>
              )}
            </li>
          );
        })}
      </Flex>
    </Flex>
  );
}
