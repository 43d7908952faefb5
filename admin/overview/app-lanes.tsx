import type { Overview, OverviewApp } from '../../server/admin-api/contract';
import { Badge } from '@strapi/design-system';
import { useText } from '../text';
import { CardGrid, Section } from '../ui/card';
import { isSendingOff } from './departure';
import { LaneCard } from './lane-card';
import { StartAnew } from './start-anew';
import { WakeEveryone } from './wake-everyone';

/** One app with its lanes. */
export function AppLanes({ app, overview }: { app: OverviewApp; overview: Overview }) {
  const text = useText();
  return (
    <Section
      title={app.name}
      subtitle={text('app.bundle-and-rev', { bundleId: app.bundleId, rev: app.head })}
      actions={
        <>
          {!app.enabled && <Badge>{text('app.disabled')}</Badge>}
          <WakeEveryone app={app} />
          <StartAnew app={app} />
        </>
      }
    >
      <CardGrid>
        {app.lanes.map((lane) => (
          <LaneCard
            key={lane.id}
            app={app}
            lane={lane}
            now={overview.now}
            pace={overview.pace}
            sendingOff={isSendingOff(overview)}
          />
        ))}
      </CardGrid>
    </Section>
  );
}
