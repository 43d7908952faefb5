import type { EntryForecast, ForecastKind, LaneForecast } from '../../server/admin-api/contract';
import type { Text, TextKey } from '../text';
import { duration } from '../ui/time';

export interface ForecastWords {
  text: Text;
  /** Renders a time of day. */
  clock(at: number): string;
  /** Joins names. */
  list(names: readonly string[]): string;
  /** The entry has no drafts: it is saved, not published. */
  saves: boolean;
  /** It is to be sent at once. */
  atOnce: boolean;
}

const SENTENCES: Record<Exclude<ForecastKind, 'wakes'>, TextKey> = {
  budget: 'entry.budget',
  running: 'entry.running',
  refused: 'entry.refused',
  paused: 'entry.paused',
  'not-set-up': 'entry.not-set-up',
  disabled: 'entry.disabled',
  off: 'entry.off',
  nobody: 'entry.nobody',
  silent: 'entry.silent',
  unsaved: 'entry.unsaved',
};

/** From then on a time of day says more than a span. */
const FAR_MS = 120_000;
/** Lanes that leave so close together leave at once. */
const TOGETHER_MS = 1_000;
/** Shorter than that nobody waits for. */
const LONG_MS = 60_000;

/** What publishing does, in one sentence for all apps that are alike. */
export function forecastSentences(forecast: EntryForecast, words: ForecastWords): string[] {
  const { text } = words;
  if (!forecast.captured) return [text('entry.not-captured')];
  return groups(forecast.lanes).map((lanes) => sentence(lanes, forecast, words));
}

function sentence(
  lanes: readonly [LaneForecast, ...LaneForecast[]],
  { now, action }: EntryForecast,
  words: ForecastWords,
): string {
  const { text, clock } = words;
  const [{ kind, at }] = lanes;
  const devices = lanes.reduce((sum, lane) => sum + lane.devices, 0);
  const used = Math.max(...lanes.map((lane) => lane.used));
  const app = words.list([...new Set(lanes.map((lane) => appName(text, lane)))]);
  const act = words.saves ? 'save' : action;
  const values = { app, devices, used, act, time: at === null ? '–' : clock(at) };
  const said = kind === 'wakes' ? wakes(values, (at ?? now) - now, words) : text(SENTENCES[kind], values);
  return [said, ...asides(lanes, text)].join(' ');
}

function wakes(values: Record<string, string | number>, inMs: number, { text, atOnce }: ForecastWords): string {
  if (atOnce && inMs <= TOGETHER_MS) return text('entry.wakes-now', values);
  if (inMs > FAR_MS) return text('entry.wakes-at', values);
  const delay = duration(text, Math.max(inMs, TOGETHER_MS));
  return text('entry.wakes', { ...values, delay });
}

/** What else is worth knowing where devices will be woken. */
function asides(lanes: readonly LaneForecast[], text: Text): string[] {
  const willWake = lanes.filter(({ at }) => at !== null);
  const count = Math.max(0, ...willWake.map(({ waiting }) => waiting));
  const lastsMs = Math.max(0, ...willWake.map((lane) => lane.lastsMs ?? 0));
  return [
    ...(count > 0 ? [text('entry.waiting', { count })] : []),
    ...(lastsMs > LONG_MS ? [text('entry.lasts', { duration: duration(text, lastsMs) })] : []),
  ];
}

/** Lanes of which the same is to be said, in the order of the first of each. */
function groups(lanes: readonly LaneForecast[]): [LaneForecast, ...LaneForecast[]][] {
  const found: [LaneForecast, ...LaneForecast[]][] = [];
  for (const lane of lanes) {
    const alike = found.find(([first]) => first.kind === lane.kind && together(first.at, lane.at));
    if (alike) alike.push(lane);
    else found.push([lane]);
  }
  return found;
}

const together = (a: number | null, b: number | null): boolean =>
  a === null || b === null ? a === b : Math.abs(a - b) <= TOGETHER_MS;

/** An app's name; the sandbox is named, as it is not what editors mean. */
export function appName(text: Text, { app, environment }: Pick<LaneForecast, 'app' | 'environment'>): string {
  return environment === 'sandbox' ? text('entry.sandbox', { app }) : app;
}
