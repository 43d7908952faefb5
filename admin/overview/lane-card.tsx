import type { Overview, OverviewApp, OverviewLane } from '../../server/admin-api/contract';
import { Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { useMay } from '../permissions';
import { PATHS } from '../plugin-id';
import { useText } from '../text';
import { Card, Figure, Figures } from '../ui/card';
import { InnerLink, InnerLinkButton } from '../ui/links';
import { State } from '../ui/state';
import { duration } from '../ui/time';
import { CancelPush } from '../pushes/cancel-push';
import { BackOff } from './back-off';
import { budgetSentence, departureSentence } from './departure';
import { ForcePush, SendNow } from './hurry-lane';
import { LaneActs } from './lane-acts';
import { LaneFreshness } from './lane-freshness';
import { LanePauses } from './lane-pauses';
import { LaneProbation } from './lane-probation';
import { LaneSender } from './lane-sender';
import { laneState } from './lane-state';
import { PauseLane } from './pause-lane';
import { PushProgress } from './push-progress';

interface LaneProps {
  app: OverviewApp;
  lane: OverviewLane;
  /** The server's clock. */
  now: number;
  pace: Overview['pace'];
  /** Nothing leaves until somebody switches sending on. */
  sendingOff: boolean;
}

/** One lane: how it is, what it does now, what waits and when that leaves. */
export function LaneCard({ app, lane, now, pace, sendingOff }: LaneProps) {
  const text = useText();
  const mayPushes = useMay('pushes.read');
  const state = laneState(app, lane, now);
  const environment = text(`environment.${lane.environment}`);
  const name = text('lane.name', { app: app.name, environment });
  return (
    <Card label={name}>
      <Flex direction="column" alignItems="stretch" gap={4}>
        <Flex justifyContent="space-between" gap={2} wrap="wrap">
          <Typography tag="h3" variant="delta">
            {environment}
          </Typography>
          <State variant={state.variant} label={state.label} />
        </Flex>
        {lane.credential === null ? (
          <NotSetUp lane={lane} />
        ) : (
          <>
            <LanePauses lane={lane} laneName={name} />
            {state.kind === 'refused' && <LaneProbation lane={lane} />}
            {state.kind === 'backing-off' && <BackOff lane={lane} />}
            {lane.current && <PushProgress key={lane.current.id} push={lane.current} now={now} />}
            {lane.current && (
              <Flex>
                <CancelPush push={lane.current} />
              </Flex>
            )}
            <LaneFigures lane={lane} />
            <LaneFreshness lane={lane} />
            <PaceSentence lane={lane} pace={pace} />
            <Departure lane={lane} sendingOff={sendingOff} />
            {app.enabled && lane.pauses.length === 0 && (
              <Flex gap={2} wrap="wrap">
                <SendNow lane={lane} laneName={name} />
                <ForcePush lane={lane} laneName={name} />
                <PauseLane lane={lane} laneName={name} />
              </Flex>
            )}
            <LaneSender connection={lane.connection} />
            <LaneActs acts={lane.acts} mayPushes={mayPushes} />
          </>
        )}
      </Flex>
    </Card>
  );
}

function NotSetUp({ lane }: { lane: OverviewLane }) {
  const text = useText();
  return (
    <Flex direction="column" alignItems="flex-start" gap={3}>
      <Typography textColor="neutral600">{text('lane.not-set-up', { devices: lane.devices })}</Typography>
      <InnerLinkButton to={PATHS.apps} variant="tertiary">
        {text('lane.set-up')}
      </InnerLinkButton>
    </Flex>
  );
}

function LaneFigures({ lane }: { lane: OverviewLane }) {
  const text = useText();
  const mayDevices = useMay('devices.read');
  const devices = text('figure.count', { count: lane.devices });
  return (
    <Figures>
      <Figure label={text('figure.devices')}>
        {mayDevices ? <InnerLink to={`${PATHS.devices}?lane=${lane.id}`}>{devices}</InnerLink> : devices}
      </Figure>
      <Figure label={text('figure.waiting')}>{text('figure.count', { count: lane.waitingChanges })}</Figure>
      <Figure label={text('figure.budget')}>{budgetSentence(text, lane)}</Figure>
    </Figures>
  );
}

/** How long a push takes that may not go as fast as APNs takes it; nothing where that is soon over. */
function PaceSentence({ lane, pace }: Pick<LaneProps, 'lane' | 'pace'>) {
  const text = useText();
  const { perSecond, by } = pace;
  if (perSecond === null || lane.devices < perSecond * SOON_S) return null;
  const left = duration(text, (lane.devices / perSecond) * 1_000);
  const params = { devices: lane.devices, duration: left, rate: perSecond };
  return <Typography textColor="neutral600">{text(by === 'feed' ? 'pace.feed' : 'pace.max', params)}</Typography>;
}

const SOON_S = 30;

function Departure({ lane, sendingOff }: Pick<LaneProps, 'lane' | 'sendingOff'>) {
  const text = useText();
  const intl = useIntl();
  // Seconds matter where the wait is one of seconds.
  const timeStyle = lane.departure.kind === 'quiet' ? 'medium' : 'short';
  const clock = (at: number) => intl.formatTime(at, { timeStyle });
  return <Typography>{departureSentence(text, lane, { clock, sendingOff })}</Typography>;
}
