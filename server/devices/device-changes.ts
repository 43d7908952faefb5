import type { BackgroundRefresh } from '../admin-api/contract';

/** What a device says of itself; undefined leaves what is known, a null locale forgets it. */
export interface DeviceChanges {
  /** Stored form. */
  token?: string;
  locale?: string | null;
  tags?: readonly string[];
}

/** What a device says of the content it has; undefined: nothing. */
export interface DeviceReport {
  /** It holds everything up to here. */
  held?: { epoch: string; rev: number };
  /** The revision that the push named which woke it. */
  wokenBy?: number;
  backgroundRefresh?: BackgroundRefresh;
}
