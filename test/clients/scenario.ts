import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from './driver';

/** What a scripted server answers to the next request. */
export interface Exchange {
  /** Method and resource, such as `GET changes`. */
  request: string;
  /** What its query must say; null: the parameter is not there. */
  query?: Record<string, string | null>;
  /** What its body must say. */
  body?: Record<string, unknown>;
  /** One of these: an answer with its status; a page of either kind; an error; no answer. */
  changes?: unknown[];
  snapshot?: unknown[];
  meta?: Record<string, unknown>;
  error?: { status: number; code?: string; retryAfter?: string };
  raw?: { status: number; headers?: Record<string, string>; body?: string };
  data?: unknown;
  lost?: 'cut' | 'silent';
  /** Answered only when so many calls of the app are on their way, so that they meet. */
  heldMs?: number;
}

export type Step =
  /** The app does something; `gives` is what the reply must hold, or `"died"`. */
  | { app: Command; gives?: Record<string, unknown> | 'died' }
  /** Somebody does something in Strapi; `as` names the entry for later steps. */
  | { strapi: string; as?: string; type?: string; data?: Record<string, unknown>; locale?: string; count?: number }
  /** Waits for the device's next push, and keeps it under a name. */
  | { push: string }
  /** What the scripted server answers from here on, in this order, and nothing else. */
  | { server: Exchange[] }
  /** The app is removed from the phone: what it stored goes, but for the keychain. */
  | { uninstall: true }
  | { keychain: 'locked' | 'open' }
  /** Removes a file of the app. */
  | { lose: 'position.json' | 'content.json' | 'credentials.json' }
  /** The app holds exactly what Strapi publishes. */
  | { equal: true }
  /** The app holds exactly these entries: document id → content. */
  | { holds: Record<string, unknown> }
  | { position: Record<string, unknown> | null }
  /** How many requests were made since the last such step. */
  | { requests: number | { most: number } }
  /** Rows of the device table. */
  | { devices: number }
  /** How long the app waited since it was launched, each time, ms: lowest, highest; and their mean. */
  | { waited: { between: [number, number]; times?: number } };

export interface Scenario {
  name: string;
  about: string;
  server: 'real' | 'scripted';
  /** How many requests may be made in all. */
  requests: number;
  /** Run so often, each time by a new app; then all waits together must be spread so: in tenths of the range, none of them empty. */
  spread?: { apps: number; between: [number, number] };
  steps: Step[];
}

const FOLDER = path.resolve(__dirname, '../../clients/scenarios');

/** All scenarios, in order of their files' names. */
export function readScenarios(): Scenario[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(path.join(FOLDER, name), 'utf8')) as Scenario);
}
