import { BackButton, Page } from '@strapi/strapi/admin';
import { useParams } from 'react-router-dom';
import { usePushQuery } from '../api/pushes';
import { usePolling, usePollingInterval } from '../overview/polling';
import { PATHS } from '../plugin-id';
import { useText } from '../text';
import { Room } from '../ui/page';
import { CancelPush } from './cancel-push';
import { pushName } from './push-about';
import { PushChanges } from './push-changes';
import { PushDetails } from './push-details';
import { PushFreshness } from './push-freshness';
import { PushOutcome } from './push-outcome';
import { PushPayload } from './push-payload';
import { PushReasons } from './push-reasons';
import { PushSamples } from './push-samples';
import { PushSummary } from './push-summary';

/** Everything known of one push. */
export function PushPage() {
  const text = useText();
  const id = Number(useParams<{ id: string }>().id);
  const valid = Number.isSafeInteger(id) && id > 0;
  const { data, isError, refetch } = usePushQuery(id, { skip: !valid });
  const interval = usePollingInterval(data?.state === 'running');
  // What has finished does not change any more.
  usePolling(refetch, data?.state === 'running' ? interval : 0);
  if (!valid) return <Page.NoData />;
  if (!data) return isError ? <Page.Error /> : <Page.Loading />;
  return (
    <Room
      title={pushName(text, data.about)}
      subtitle={text('lane.name', { app: data.bundleId, environment: text(`environment.${data.environment}`) })}
      back={<BackButton fallback={PATHS.pushes} />}
      actions={<CancelPush push={data} />}
    >
      <PushChanges push={data} />
      <PushSummary push={data} />
      <PushOutcome push={data} />
      <PushFreshness push={data} />
      <PushReasons reasons={data.reasons} />
      <PushSamples samples={data.samples} />
      <PushPayload push={data} />
      <PushDetails push={data} />
    </Room>
  );
}
