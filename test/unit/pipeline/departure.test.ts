import { departureOf, type DepartureFacts } from '../../../server/pipeline/departure';

const HOUR = 3_600_000;
const NOW = 10 * HOUR;

const facts = (changed: Partial<DepartureFacts>): DepartureFacts => ({
  now: NOW,
  appEnabled: true,
  setUp: true,
  paused: false,
  running: false,
  waking: { firstAt: NOW - 1_000, lastAt: NOW - 1_000 },
  quietMs: 10_000,
  maxWaitMs: 60_000,
  pushesPerHour: 3,
  departures: [],
  ...changed,
});

describe('departureOf', () => {
  it.each<[string, Partial<DepartureFacts>, string, number | null]>([
    ['has nothing to say when nothing waking waits', { waking: null }, 'none', null],
    ['waits for quiet after the last change', {}, 'quiet', NOW + 9_000],
    ['leaves when it has been quiet', { waking: { firstAt: NOW - 10_000, lastAt: NOW - 10_000 } }, 'now', NOW],
    [
      'waits no longer than maxWait after the first change, however busy the editors are',
      { waking: { firstAt: NOW - 60_000, lastAt: NOW } },
      'now',
      NOW,
    ],
    [
      'waits for room in the budget of the hour',
      {
        waking: { firstAt: NOW - 60_000, lastAt: NOW - 60_000 },
        departures: [NOW - 50 * 60_000, NOW - 20 * 60_000, NOW - 60_000],
      },
      'budget',
      NOW + 10 * 60_000,
    ],
    [
      'counts only the pushes of the last hour',
      {
        waking: { firstAt: NOW - 60_000, lastAt: NOW - 60_000 },
        departures: [NOW - HOUR, NOW - 20 * 60_000, NOW - 60_000],
      },
      'now',
      NOW,
    ],
    [
      'knows no budget where it is unlimited',
      {
        waking: { firstAt: NOW - 60_000, lastAt: NOW - 60_000 },
        pushesPerHour: 0,
        departures: [NOW - 3, NOW - 2, NOW - 1],
      },
      'now',
      NOW,
    ],
    [
      'says quiet when quiet is what comes last',
      { departures: [NOW - HOUR + 1_000, NOW - 20, NOW - 10], waking: { firstAt: NOW, lastAt: NOW } },
      'quiet',
      NOW + 10_000,
    ],
    ['waits for the running push', { running: true }, 'running', null],
    ['is paused', { paused: true }, 'paused', null],
    ['is not set up', { setUp: false }, 'not-set-up', null],
    ['is disabled', { appEnabled: false }, 'disabled', null],
  ])('%s', (_name, changed, kind, at) => {
    expect(departureOf(facts(changed))).toEqual({ kind, at });
  });
});
