import { departureOf, type DepartureFacts } from '../../../server/pipeline/launch/departure';

const HOUR = 3_600_000;
const NOW = 10 * HOUR;

const facts = (changed: Partial<DepartureFacts>): DepartureFacts => ({
  now: NOW,
  appEnabled: true,
  setUp: true,
  paused: false,
  askedNextAt: null,
  running: false,
  waking: { firstAt: NOW - 1_000, lastAt: NOW - 1_000 },
  unannounced: true,
  hurry: null,
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
    ['waits for the next probe of a lane that APNs refuses', { askedNextAt: NOW + 5 }, 'refused', NOW + 5],
    ['says so of a push that is stopped by it too', { askedNextAt: NOW + 5, running: true }, 'refused', NOW + 5],
    ['says nothing of a probe when nothing waits', { askedNextAt: NOW + 5, waking: null }, 'none', null],
    ['goes by the quiet when the probe is due', { askedNextAt: NOW }, 'quiet', NOW + 9_000],
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
    ['does not wait for quiet when somebody is in a hurry', { hurry: 'now' }, 'now', NOW],
    [
      'keeps to the budget in a hurry',
      { hurry: 'now', pushesPerHour: 1, departures: [NOW - 20 * 60_000] },
      'budget',
      NOW + 40 * 60_000,
    ],
    ['is forced whatever the budget says', { hurry: 'force', pushesPerHour: 1, departures: [NOW - 1] }, 'now', NOW],
    ['in a hurry also tells what wakes nobody by itself', { hurry: 'now', waking: null }, 'now', NOW],
    [
      'has nothing to say in a hurry when all is announced',
      { hurry: 'force', waking: null, unannounced: false },
      'none',
      null,
    ],
    ['waits for the running push even when it is forced', { running: true, hurry: 'force' }, 'running', null],
    ['waits for the running push', { running: true }, 'running', null],
    ['is paused', { paused: true }, 'paused', null],
    ['is not set up', { setUp: false }, 'not-set-up', null],
    ['is disabled', { appEnabled: false }, 'disabled', null],
  ])('%s', (_name, changed, kind, at) => {
    expect(departureOf(facts(changed))).toEqual({ kind, at });
  });
});
