import { readLane } from '../launch';
import type { DeviceDetail } from '../../admin-api/contract';
import { askedNextAt } from '../../apps/probation';
import type { Registry } from '../../apps/registry';
import type { PluginConfig } from '../../config';
import { deviceView, readTags, readTestNames, type Devices } from '../../devices';
import type { Store } from '../../store/store';
import type { CopyGuard } from '../copy-guard';
import { readDevicePushes } from './device-pushes';
import { diagnose } from './diagnosis';

export interface DeviceViewOptions {
  store: Store;
  config: Pick<PluginConfig, 'coalesce' | 'delivery'>;
  registry: Registry;
  devices: Pick<Devices, 'find'>;
  instance: CopyGuard;
}

/** Everything known of one device, and why it does not wake. Null: it is gone, or its app is. */
export async function readDevice(
  { store, config, registry, devices, instance }: DeviceViewOptions,
  publicId: string,
): Promise<DeviceDetail | null> {
  const row = await devices.find(publicId);
  const lane = row && registry.laneById(row.lane_id);
  const app = lane && registry.appById(lane.appId);
  if (!row || !lane || !app) return null;
  const facts = await readLane({ store, config }, app, lane);
  if (!facts) return null;
  const tags = (await readTags(store.knex, [row.id])).get(row.id) ?? [];
  const testName = (await readTestNames(store.knex, [row.id])).get(row.id) ?? null;
  const { pushes, refusal, running } = await readDevicePushes(store, row, tags);
  const { head, epoch } = facts.app;
  const nextAt = askedNextAt(lane.probation);
  const view = deviceView({ ...row, bundle_id: lane.bundleId, environment: lane.environment }, tags, testName);
  // What it held of an earlier life of the log says nothing of this one.
  const appliedRev = row.applied_epoch === epoch ? row.applied_rev : null;
  const known = {
    ...view,
    refusedAt: row.refused_at,
    goneAt: row.gone_at,
    appliedRev,
    reportedAt: row.reported_at,
    head,
    backgroundRefresh: row.background_refresh,
  };
  const [last] = pushes;
  const diagnosis = diagnose({
    now: store.now(),
    sending: config.delivery.enabled,
    confirmed: instance.confirmed,
    appEnabled: app.enabled,
    setUp: lane.credentialSource !== null,
    pauses: lane.pauses,
    probation: lane.probation && nextAt !== null ? { code: lane.probation.code, nextAt } : null,
    departure: facts.departure,
    announced: facts.lane.announced,
    head,
    device: known,
    refusal,
    lastPush: last ? { id: last.id, running: running.has(last.id), meant: last.meant } : null,
    meantUpTo: pushes.find(({ meant }) => meant)?.rev ?? null,
  });
  return { ...known, diagnosis, pushes };
}
