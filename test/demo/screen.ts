/** Where the demo says what it does. */
export interface Screen {
  /** What is being done now, in one line. */
  say(line: string): void;
  /** @param done of `total` */
  progress(label: string, done: number, total: number): void;
}

const BAR_WIDTH = 40;

/** @param stream a terminal gets a bar that moves, anything else a line per quarter */
export function createScreen(stream: NodeJS.WriteStream): Screen {
  let open = false;
  let quarter = -1;

  function bar(label: string, done: number, total: number): string {
    const filled = Math.floor((BAR_WIDTH * done) / total);
    return `  ${label} [${'█'.repeat(filled)}${'·'.repeat(BAR_WIDTH - filled)}] ${done}/${total}`;
  }

  return {
    say(line) {
      if (open) stream.write('\n');
      open = false;
      stream.write(`${line}\n`);
    },
    progress(label, done, total) {
      if (stream.isTTY) {
        stream.write(`\r${bar(label, done, total)}`);
        open = done < total;
        if (!open) stream.write('\n');
        return;
      }
      const reached = Math.floor((4 * done) / total);
      if (reached !== quarter) stream.write(`${bar(label, done, total)}\n`);
      quarter = done < total ? reached : -1;
    },
  };
}
