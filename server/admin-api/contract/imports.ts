import type { PageMeta } from './pages';

/** A file of devices that is taken in, or was. */
export interface DeviceImport {
  id: number;
  /** The file's name and size in bytes. */
  name: string;
  size: number;
  /** The byte where it goes on. */
  offset: number;
  lines: number;
  added: number;
  updated: number;
  refused: number;
  by: string;
  startedAt: number;
  /** When it last came on. */
  movedAt: number;
  /** Null: there is more of the file to come. */
  finishedAt: number | null;
}

/** A line that was not taken in: which field is wrong (`line`: the whole of it), and why. */
export interface RefusedLine {
  line: number;
  field: string;
  message: string;
  /** The end of its token; null: it has none that can be read. */
  tokenTail: string | null;
}

/** `GET /imports/:id`: with a page of the lines that were refused, in their order. */
export interface ImportDetail extends DeviceImport {
  refusedLines: RefusedLine[];
}

/** Beside it: how many refused lines are kept; more are only counted. */
export type ImportMeta = PageMeta;

/** The key of the last line of an export, which says that the file is whole. */
export const DEVICES_FILE_END = 'end';
/** How much of a file may come in one call, in bytes of UTF-8. */
export const MAX_CHUNK_BYTES = 262_144;
/** A line may be so long, many times what a device needs. */
export const MAX_LINE_BYTES = 16_384;
/** So many refused lines of one file are kept. */
export const MAX_KEPT_REFUSALS = 10_000;
/** So many devices may be erased in one call. */
export const MAX_ERASED = 1_000;
