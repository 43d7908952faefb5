import { MAX_KEPT_REFUSALS, type DeviceImport, type RefusedLine } from '../../admin-api/contract';
import type { Knex } from 'knex';
import { recordAct } from '../../acts/record-act';
import { batches } from '../../store/batches';
import { plus } from '../../store/computed';
import { countRows } from '../../store/count-rows';
import { fromDb } from '../../store/from-db';
import { insertedId } from '../../store/inserted-id';
import type { Store } from '../../store/store';
import { TABLES, type ImportRefusalRow, type ImportRow } from '../../store/tables';
import { UserError } from '../../user-error';
import type { Capacity } from '../capacity';
import { laneToRegister, TOO_MANY_DEVICES, type LaneDirectory } from '../registration-lane';
import { untilTokenTaken } from '../take-token';
import { masked, readLine, refuseDevice, WHOLE_LINE, type ParseMoved, type RefusedReason } from './read-line';
import { storeMoved, type MovedToLane } from './store-moved';

/** A piece of a file: whole lines from a byte on. */
export interface Chunk {
  offset: number;
  /** How many bytes of the file it is: more than `text` has, where the file is no UTF-8 or a line was cut short. */
  bytes: number;
  text: string;
}

/** Files of devices that are taken in. How far each came lies in the database: any process goes on with it. */
export interface Imports {
  /** Begins a file, or finds the one that was begun and not finished, by its size and the mark of its beginning. */
  start(file: { name: string; size: number; mark: string; by: string }): Promise<DeviceImport>;
  /**
   * Takes in a piece of a file. A piece that was taken in already changes nothing.
   *
   * @throws UserError 404, 400, or 409 with the byte where the file goes on
   */
  take(id: number, chunk: Chunk): Promise<DeviceImport>;
  find(id: number): Promise<DeviceImport>;
  page(query: { page: number; pageSize: number }): Promise<{ imports: DeviceImport[]; total: number }>;
  refusedLines(
    id: number,
    query: { page: number; pageSize: number },
  ): Promise<{ refusedLines: RefusedLine[]; total: number }>;
}

export interface ImportsOptions {
  store: Store;
  registry: LaneDirectory;
  capacity: Capacity;
  parse: ParseMoved;
}

/** Lines in one transaction: on SQLite nobody else writes meanwhile, an editor who publishes among them. */
const LINES = 200;
const REFUSAL_ROWS = 100;

export function createImports({ store, registry, capacity, parse }: ImportsOptions): Imports {
  const { knex } = store;
  const rows = (db: Knex = knex) => db<ImportRow>(TABLES.imports);

  async function read(id: number): Promise<ImportRow> {
    const row = await rows().where({ id }).first();
    if (!row) throw new UserError(404, 'There is no such import.');
    return readRow(row);
  }

  async function takeLines(
    row: ImportRow,
    lines: readonly string[],
    to: Pick<ImportRow, 'position' | 'ahead'>,
  ): Promise<void> {
    const added = await untilTokenTaken(() =>
      store.transaction(async (trx) => {
        const now = store.now();
        const { id, position, ahead } = row;
        // Whoever takes the same lines in at the same moment waits here, and then finds them done.
        const mine = await rows(trx)
          .where({ id, position, ahead, lines: row.lines })
          .update({
            ...to,
            lines: plus(trx, 'lines', lines.length),
            moved_at: now,
            ...(to.position === row.size && { finished_at: now }),
          });
        if (mine === 0) return 0;
        const { counts, refusals } = await storeLines(trx, now, row.lines, lines);
        await rows(trx)
          .where({ id })
          .update({
            added: plus(trx, 'added', counts.added),
            updated: plus(trx, 'updated', counts.updated),
            refused: plus(trx, 'refused', refusals.length),
          });
        const kept = refusals.slice(0, Math.max(0, MAX_KEPT_REFUSALS - row.refused));
        for (const batch of batches(kept, REFUSAL_ROWS)) {
          await trx<ImportRefusalRow>(TABLES.importRefusals).insert(
            batch.map(({ line, field, message, tokenTail }) => ({
              import_id: id,
              line,
              field,
              message,
              token_tail: tokenTail,
            })),
          );
        }
        return counts.added;
      }),
    );
    capacity.add(added);
  }

  /** @param before how many lines of the file come before these */
  async function storeLines(trx: Knex.Transaction, now: number, before: number, lines: readonly string[]) {
    const refusals: RefusedLine[] = [];
    const moved: (MovedToLane & { line: number })[] = [];
    lines.forEach((text, n) => {
      const line = before + n + 1;
      const refuse = ({ field, message, tokenTail }: RefusedReason) =>
        void refusals.push({ line, field, message, tokenTail });
      const said = readLine(text, parse);
      if (said.kind === 'refused') refuse(said);
      if (said.kind !== 'device') return;
      const { device } = said;
      const lane = laneToRegister(registry, device.app, device.environment);
      if ('code' in lane) refuse(refuseDevice(device, lane.field, lane.message));
      else moved.push({ line, device, laneId: lane.laneId });
    });
    const results = await storeMoved(trx, now, moved, moved.length > 0 ? await capacity.room(trx) : 0);
    const counts = { added: 0, updated: 0 };
    results.forEach((result, n) => {
      const { line, device } = moved[n];
      if (result === 'full') refusals.push({ line, ...refuseDevice(device, WHOLE_LINE, TOO_MANY_DEVICES) });
      else counts[result]++;
    });
    return { counts, refusals };
  }

  return {
    async start({ name, size, mark, by }) {
      const begun = await rows().where({ mark, size }).whereNull('finished_at').orderBy('id', 'desc').first();
      if (begun) return toView(readRow(begun));
      const id = await store.transaction(async (trx) => {
        const at = store.now();
        const row = { name: masked(name), size, mark, done_by: by, started_at: at, moved_at: at };
        await recordAct(trx, { act: 'import-devices', by, at, params: { name: row.name } });
        return insertedId(store, rows(trx).insert(row));
      });
      return toView(await read(id));
    },

    async take(id, { offset, bytes, text }) {
      const lines = linesOf(text);
      for (;;) {
        const row = await read(id);
        const end = offset + bytes;
        if (end <= row.position) return toView(row);
        if (end > row.size) throw new UserError(400, `must end within the ${row.size} bytes of the file.`, 'bytes');
        if (offset !== row.position) {
          throw new UserError(409, `The file goes on at byte ${row.position}.`, 'offset', { offset: row.position });
        }
        if (end < row.size && !text.endsWith('\n')) throw new UserError(400, 'must hold whole lines.', 'text');
        const left = lines.slice(row.ahead, row.ahead + LINES);
        const ahead = row.ahead + left.length;
        // A process that died may have taken in more lines than this piece has.
        const isWhole = ahead >= lines.length;
        const to = isWhole ? { position: end, ahead: ahead - lines.length } : { position: offset, ahead };
        await takeLines(row, left, to);
      }
    },

    find: async (id) => toView(await read(id)),

    async page({ page, pageSize }) {
      const found = await rows()
        .orderBy('id', 'desc')
        .limit(pageSize)
        .offset((page - 1) * pageSize);
      return { imports: found.map((row) => toView(readRow(row))), total: await countRows(rows()) };
    },

    async refusedLines(id, { page, pageSize }) {
      const all = () => knex<ImportRefusalRow>(TABLES.importRefusals).where({ import_id: id });
      const found = await all()
        .orderBy('line')
        .limit(pageSize)
        .offset((page - 1) * pageSize);
      const refusedLines = found.map(({ line, field, message, token_tail: tokenTail }) => ({
        line,
        field,
        message,
        tokenTail,
      }));
      return { refusedLines, total: await countRows(all()) };
    },
  };
}

/** CRLF as well: the line itself is trimmed. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The two columns that are 64 bits wide and no times. */
function readRow(row: ImportRow): ImportRow {
  return { ...fromDb(row), size: Number(row.size), position: Number(row.position) };
}

function toView(row: ImportRow): DeviceImport {
  const { id, name, size, position, lines, added, updated, refused } = row;
  const times = { startedAt: row.started_at, movedAt: row.moved_at, finishedAt: row.finished_at };
  return { id, name, size, offset: position, lines, added, updated, refused, by: row.done_by, ...times };
}
