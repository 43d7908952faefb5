/** What a device says of itself; undefined leaves what is known, a null locale forgets it. */
export interface DeviceChanges {
  /** Stored form. */
  token?: string;
  locale?: string | null;
  tags?: readonly string[];
}
