/** A request that an app made. */
export interface Seen {
  method: string;
  url: string;
  body: string;
}

/** What all servers of a scenario saw. */
export interface Counter {
  readonly seen: Seen[];
  /** How many since this was called last. */
  since(): number;
  clear(): void;
}

export function createCounter(): Counter {
  const seen: Seen[] = [];
  let told = 0;
  return {
    seen,
    since() {
      const count = seen.length - told;
      told = seen.length;
      return count;
    },
    clear() {
      seen.length = 0;
      told = 0;
    },
  };
}
