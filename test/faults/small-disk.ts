import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A disk that can be filled up. */
export interface SmallDisk {
  readonly directory: string;
  /** Takes all the room that is left. */
  fill(): void;
  makeRoom(): void;
  remove(): void;
}

const BYTES = 64 * 1_024 * 1_024;
const BLOCK = 4_096;

/** @returns null where this process may not mount one: that takes Linux and root */
export function mountSmallDisk(): SmallDisk | null {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'bgp-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${BYTES}`, 'tmpfs', directory]);
  if (status !== 0) {
    rmSync(directory, { recursive: true });
    return null;
  }
  const filler = path.join(directory, 'filler');
  return {
    directory,
    fill() {
      const file = openSync(filler, 'a');
      try {
        for (const block = Buffer.alloc(BLOCK); ;) writeSync(file, block);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
    },
    makeRoom: () => rmSync(filler, { force: true }),
    remove() {
      spawnSync('umount', ['--lazy', directory]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
