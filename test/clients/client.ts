import type { Program } from './driver';
import type { Rule } from './rules';

/** A client library. */
export interface Client {
  name: string;
  /** Its conformance program. */
  program: Program;
  /** The same of a copy that breaks a rule. */
  broken(rule: Rule): Program;
  /** What no scenario can see of it: its own tests, its package. */
  checks: readonly Check[];
  /** Removes what was made for it. */
  remove(): void;
}

export interface Check {
  name: string;
  /** @returns what it found, in a word; @throws what is wrong */
  run(): Promise<string> | string;
}
