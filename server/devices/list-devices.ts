import type { Knex } from 'knex';
import { countRows } from '../store/count-rows';
import { fromDb, readNumber } from '../store/from-db';
import { TABLES, type DeviceRow, type Environment } from '../store/tables';
import { readTags } from './tags';
import { TOKEN_TAIL_DIGITS, tokenTail } from './token';

export interface DeviceQuery {
  /** From 1. */
  page: number;
  pageSize: number;
  laneId?: number;
  /** The beginning of a public id, or the end of a token: at most as much of it as is shown. */
  search?: string;
}

/** A device as the panel shows it: nothing that could be used to push to it or to change it. */
export interface DeviceView {
  /** The public id. */
  id: string;
  laneId: number;
  bundleId: string;
  environment: Environment;
  tokenTail: string;
  locale: string | null;
  tags: string[];
  registeredAt: number;
  seenAt: number;
  /** APNs has accepted a push to this token. */
  accepted: boolean;
  refusals: number;
}

export interface DevicePage {
  devices: DeviceView[];
  total: number;
}

type JoinedRow = DeviceRow & { bundle_id: string; environment: Environment };

/** One page of devices, the newest first. */
export async function listDevices(db: Knex, { page, pageSize, laneId, search }: DeviceQuery): Promise<DevicePage> {
  const matching = (query: Knex.QueryBuilder) => {
    if (laneId !== undefined) query.where('device.lane_id', laneId);
    if (search !== undefined && search !== '') matchText(query, search.trim().toLowerCase());
  };
  const rows: JoinedRow[] = await db(`${TABLES.devices} as device`)
    .join(`${TABLES.lanes} as lane`, 'lane.id', 'device.lane_id')
    .join(`${TABLES.apps} as app`, 'app.id', 'lane.app_id')
    .modify(matching)
    .orderBy('device.id', 'desc')
    .limit(pageSize)
    .offset((page - 1) * pageSize)
    .select('device.*', 'lane.environment', 'app.bundle_id');
  const tags = await readTags(
    db,
    rows.map(({ id }) => id),
  );
  return {
    total: await countRows(db(`${TABLES.devices} as device`).modify(matching)),
    devices: rows.map((row) => toView(fromDb(row), tags.get(row.id) ?? [])),
  };
}

function toView(row: JoinedRow, tags: string[]): DeviceView {
  return {
    id: row.public_id,
    laneId: row.lane_id,
    bundleId: row.bundle_id,
    environment: row.environment,
    tokenTail: tokenTail(row.token),
    locale: row.locale,
    tags,
    registeredAt: row.registered_at,
    seenAt: row.seen_at,
    accepted: row.accepted === 1,
    refusals: row.refusals,
  };
}

/** Only hex and `-` can match anything, which also leaves nothing in the pattern to escape. */
function matchText(query: Knex.QueryBuilder, text: string): void {
  if (!/^[0-9a-f-]{1,36}$/.test(text)) {
    query.whereRaw('1 = 0');
    return;
  }
  query.where((either) => {
    either.where('device.public_id', 'like', `${text}%`);
    if (text.length <= TOKEN_TAIL_DIGITS) either.orWhere('device.token', 'like', `%${text}`);
  });
}

/** How many devices each lane has; a lane without any is missing. */
export async function countByLane(db: Knex): Promise<Map<number, number>> {
  const rows = await db<DeviceRow>(TABLES.devices).groupBy('lane_id').select('lane_id').count({ devices: '*' });
  return new Map(rows.map((row) => [Number(row.lane_id), readNumber(row.devices) ?? 0]));
}
