import { useRef, useState } from 'react';
import type { DeviceImport } from '../../server/admin-api/contract';
import { useAct } from '../api/act';
import { useImportLinesMutation, useStartImportMutation } from '../api/moving';
import { markOf, readPiece } from './file-pieces';

/** `stopped`: by the administrator, or because the server refused; it goes on where it was. */
export type ImportState = 'idle' | 'running' | 'stopped' | 'done';

export interface ImportRun {
  state: ImportState;
  progress: DeviceImport | null;
  /** Since it was started or gone on with; null: nothing to measure yet. */
  linesPerSecond: number | null;
  secondsLeft: number | null;
  start(file: File): Promise<void>;
  pause(): void;
  resume(): Promise<void>;
}

/** Sends a file piece by piece, each when the one before it was taken in. */
export function useImport(): ImportRun {
  const act = useAct();
  const [begin] = useStartImportMutation();
  const [send] = useImportLinesMutation();
  const [state, setState] = useState<ImportState>('idle');
  const [progress, setProgress] = useState<DeviceImport | null>(null);
  const [pace, setPace] = useState<{ lines: number; bytes: number; ms: number } | null>(null);
  const running = useRef({ file: null as File | null, stop: false });

  async function run(file: File) {
    running.current = { file, stop: false };
    setState('running');
    setPace(null);
    const mark = await markOf(file);
    // Asked anew each time: another window may have gone on with it.
    const begun = await act(() => begin({ name: file.name.slice(0, 255), size: file.size, mark }).unwrap());
    let at = begun;
    const since = performance.now();
    while (at && at.finishedAt === null && !running.current.stop) {
      setProgress(at);
      const { id, offset } = at;
      const piece = await readPiece(file, offset);
      at = await act(() => send({ id, ...piece }).unwrap());
      if (at && begun) {
        setPace({ lines: at.lines - begun.lines, bytes: at.offset - begun.offset, ms: performance.now() - since });
      }
    }
    if (at) setProgress(at);
    setState(at?.finishedAt ? 'done' : 'stopped');
  }

  const left = progress ? progress.size - progress.offset : 0;
  return {
    state,
    progress,
    linesPerSecond: pace && Math.round((1_000 * pace.lines) / pace.ms),
    secondsLeft: pace && Math.ceil((left * pace.ms) / pace.bytes / 1_000),
    start: run,
    pause: () => void (running.current.stop = true),
    async resume() {
      if (running.current.file) await run(running.current.file);
    },
  };
}
