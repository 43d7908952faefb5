import type { OverviewLane, Pause, PauseCause } from '../../server/admin-api/contract';
import { Button, Typography } from '@strapi/design-system';
import { Play } from '@strapi/icons';
import { useAct } from '../api/act';
import { useResumeLaneMutation } from '../api/lanes';
import { useMay } from '../permissions';
import { pauseSentence } from '../sentences';
import { useText } from '../text';
import { InnerLinkButton } from '../ui/links';
import { Notice } from '../ui/notice';
import { Moment } from '../ui/time';
import { ConfirmInstance } from './confirm-instance';
import { NextProbe } from './lane-probation';
import { SendAnyway } from './send-anyway';

/** Causes that Resume clears. A credential and the instance are cleared by their own acts. */
const RESUMABLE: readonly PauseCause[] = ['administrator', 'fatal', 'guard'];

/** Each cause that pauses a lane, as a sentence with what clears it. */
export function LanePauses({ lane, laneName }: { lane: OverviewLane; laneName: string }) {
  return lane.pauses
    .filter(({ cause }) => cause !== 'no-credential')
    .map((pause) => <LanePause key={pause.cause} lane={lane} pause={pause} laneName={laneName} />);
}

function LanePause({ lane, pause, laneName }: { lane: OverviewLane; pause: Pause; laneName: string }) {
  const text = useText();
  const { what, remedy, link } = pauseSentence(text, pause);
  return (
    <Notice
      kind={pause.cause === 'administrator' ? 'warning' : 'danger'}
      title={what}
      actions={
        <>
          {RESUMABLE.includes(pause.cause) && <Resume laneId={lane.id} laneName={laneName} />}
          {pause.cause === 'guard' && <SendAnyway laneId={lane.id} laneName={laneName} />}
          {pause.cause === 'fingerprint' && <ConfirmInstance />}
          {link && (
            <InnerLinkButton to={link.to} variant="tertiary">
              {text(link.label)}
            </InnerLinkButton>
          )}
        </>
      }
    >
      <Typography tag="p">{remedy}</Typography>
      {pause.cause === 'fatal' && lane.probation && <NextProbe probation={lane.probation} />}
      <Typography tag="p" variant="pi" textColor="neutral600">
        {text('pause.since')} <Moment at={pause.at} />
      </Typography>
    </Notice>
  );
}

function Resume({ laneId, laneName }: { laneId: number; laneName: string }) {
  const text = useText();
  const act = useAct();
  const may = useMay('lanes.resume');
  const [resume, { isLoading }] = useResumeLaneMutation();
  if (!may) return null;
  return (
    <Button
      size="S"
      startIcon={<Play aria-hidden />}
      loading={isLoading}
      aria-label={text('lane.resume-label', { lane: laneName })}
      onClick={() => void act(() => resume(laneId).unwrap(), { done: text('lane.resumed', { lane: laneName }) })}
    >
      {text('lane.resume')}
    </Button>
  );
}
