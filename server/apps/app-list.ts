import { ENVIRONMENTS, type Environment, type App, type Credential } from '../admin-api/contract';
import type { KeyObject } from 'node:crypto';
import type { Knex } from 'knex';
import { TABLES, type AppRow, type LaneRow } from '../store/tables';

export interface AppListOptions {
  knex: Knex;
  isPinned(bundleId: string, environment?: Environment): boolean;
  openLane(lane: LaneRow, bundleId: string): KeyObject | null;
  /** Devices by lane; a lane without any may be missing. */
  countDevices(): Promise<ReadonlyMap<number, number>>;
}

/** Every app that was not removed, as the panel shows it. */
export async function listApps({ knex, isPinned, openLane, countDevices }: AppListOptions): Promise<App[]> {
  const apps = await knex<AppRow>(TABLES.apps).whereNull('removed_at').orderBy('id');
  const lanes = await knex<LaneRow>(TABLES.lanes).orderBy('id');
  const devices = await countDevices();
  return apps.map((app) => ({
    id: app.id,
    bundleId: app.bundle_id,
    name: app.name,
    customKeys: JSON.parse(app.custom_keys) as Record<string, unknown>,
    source: app.source,
    pinned: isPinned(app.bundle_id),
    enabled: app.enabled === 1,
    epoch: app.epoch,
    head: app.head,
    lanes: lanes
      .filter((lane) => lane.app_id === app.id)
      .sort((a, b) => ENVIRONMENTS.indexOf(a.environment) - ENVIRONMENTS.indexOf(b.environment))
      .map((lane) => ({
        id: lane.id,
        environment: lane.environment,
        credential: summarise(lane, isPinned(app.bundle_id, lane.environment), () => openLane(lane, app.bundle_id)),
        devices: devices.get(lane.id) ?? 0,
      })),
  }));
}

function summarise(lane: LaneRow, pinned: boolean, open: () => KeyObject | null): Credential | null {
  if (lane.credential_source === null || lane.key_id === null || lane.team_id === null) return null;
  return {
    keyId: lane.key_id,
    teamId: lane.team_id,
    source: lane.credential_source,
    pinned,
    readable: open() !== null,
    updatedAt: Number(lane.updated_at),
  };
}
