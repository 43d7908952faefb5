import { DEVICES_FILE_END, type Environment } from '../../admin-api/contract';
import { actLaneOf, recordAct } from '../../acts/record-act';
import { fromDb } from '../../store/from-db';
import type { Store } from '../../store/store';
import { TABLES, type DeviceRow } from '../../store/tables';
import { UserError } from '../../user-error';
import { readTags } from '../tags';

/** Devices read at once, and so the most that lie in memory: SQLite does nothing else meanwhile. */
const PAGE = 500;

type ExportedRow = Pick<DeviceRow, 'id' | 'token' | 'locale' | 'registered_at' | 'seen_at'> & {
  app: string;
  environment: Environment;
};

/**
 * Writes down who asks for the devices, and then reads them.
 *
 * @returns the file in pieces: a device a line, whole tokens among it, and a last line that says how many they are
 * @throws UserError 400 for a lane that there is none of
 */
export async function exportDevices(
  store: Store,
  { laneId, by }: { laneId?: number; by: string },
): Promise<AsyncGenerator<string>> {
  await store.transaction(async (trx) => {
    const lane = laneId === undefined ? undefined : await actLaneOf(trx, laneId);
    if (laneId !== undefined && !lane) throw new UserError(400, 'There is no such lane.', 'lane');
    await recordAct(trx, { act: 'export-devices', by, at: store.now(), lane });
  });
  return pagesOf(store, laneId);
}

/** By id: whoever registers meanwhile comes at the end, and nobody is passed over. */
async function* pagesOf(store: Store, laneId: number | undefined): AsyncGenerator<string> {
  let last = 0;
  let devices = 0;
  for (;;) {
    const rows = await readPage(store, laneId, last);
    if (rows.length === 0) break;
    const tags = await readTags(
      store.knex,
      rows.map(({ id }) => id),
    );
    yield rows.map((row) => `${JSON.stringify(toLine(fromDb(row), tags.get(row.id) ?? []))}\n`).join('');
    devices += rows.length;
    last = rows[rows.length - 1].id;
  }
  yield `${JSON.stringify({ [DEVICES_FILE_END]: true, devices })}\n`;
}

/** The page is cut before it is joined: MariaDB would else begin with the lanes, and sort every device for each page. */
async function readPage({ knex }: Store, laneId: number | undefined, last: number): Promise<ExportedRow[]> {
  const page = knex<DeviceRow>(TABLES.devices)
    .where('id', '>', last)
    .where(laneId === undefined ? {} : { lane_id: laneId })
    .orderBy('id')
    .limit(PAGE)
    .select('id', 'lane_id', 'token', 'locale', 'registered_at', 'seen_at')
    .as('device');
  const rows: unknown = await knex
    .from(page)
    .join(`${TABLES.lanes} as lane`, 'lane.id', 'device.lane_id')
    .join(`${TABLES.apps} as app`, 'app.id', 'lane.app_id')
    .orderBy('device.id')
    .select('device.id', 'device.token', 'device.locale', 'device.registered_at', 'device.seen_at')
    .select({ app: 'app.bundle_id', environment: 'lane.environment' });
  return rows as ExportedRow[];
}

function toLine(row: ExportedRow, tags: string[]) {
  const { app, environment, token, locale, registered_at: registeredAt, seen_at: seenAt } = row;
  return { app, environment, token, locale, tags, registeredAt, seenAt };
}
