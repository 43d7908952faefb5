import type { Alarm, Overview } from '../../server/admin-api/contract';
import { Flex, Typography } from '@strapi/design-system';
import { alarmSentence } from '../sentences';
import { useText, type Text } from '../text';
import { InnerLinkButton } from '../ui/links';
import { Notice } from '../ui/notice';
import { Moment } from '../ui/time';
import { HeldDeletions } from './held-deletions';

/** The alarms that no banner of the page already says. */
export function openAlarms(overview: Overview): Alarm[] {
  const said = new Set<string>();
  if (!overview.capture.on) said.add('tables-missing').add('capture-off');
  if (!overview.instance.confirmed) said.add('fingerprint').add('lane-paused');
  return overview.alarms.filter(({ code }) => !said.has(code));
}

/** What is wrong, newest first, each with what to do. */
export function Alarms({ overview }: { overview: Overview }) {
  const text = useText();
  const alarms = openAlarms(overview).sort((a, b) => b.raisedAt - a.raisedAt);
  if (alarms.length === 0) return null;
  return (
    <Flex tag="section" direction="column" alignItems="stretch" gap={3} aria-label={text('alarms.title')}>
      {alarms.map((alarm) => (
        <OneAlarm key={alarm.key} alarm={alarm} lane={laneName(text, overview, alarm.laneId)} />
      ))}
    </Flex>
  );
}

function OneAlarm({ alarm, lane }: { alarm: Alarm; lane: string | null }) {
  const text = useText();
  const { what, remedy, link } = alarmSentence(text, alarm);
  const { code, laneId } = alarm;
  const held = code === 'deletions-held' ? laneId : null;
  return (
    <Notice
      kind="danger"
      title={lane === null ? what : text('alarm.of-lane', { lane, what })}
      actions={
        link || held !== null ? (
          <>
            {link && <InnerLinkButton to={link.to}>{text(link.label)}</InnerLinkButton>}
            {held !== null && <HeldDeletions laneId={held} />}
          </>
        ) : undefined
      }
    >
      <Typography tag="p">{remedy}</Typography>
      <Typography tag="p" variant="pi" textColor="neutral600">
        {text('alarm.since')} <Moment at={alarm.raisedAt} />
      </Typography>
    </Notice>
  );
}

function laneName(text: Text, overview: Overview, laneId: number | null): string | null {
  for (const app of overview.apps) {
    const lane = app.lanes.find(({ id }) => id === laneId);
    if (lane) return text('lane.name', { app: app.name, environment: text(`environment.${lane.environment}`) });
  }
  return null;
}
