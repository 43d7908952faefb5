import type { Overview, OverviewLane, Push, EngineCode } from '../../../server/admin-api/contract';
import { departureSentence, isSendingOff } from '../../../admin/overview/departure';
import { laneState } from '../../../admin/overview/lane-state';
import { paceOf, withSample, type Sample } from '../../../admin/overview/pace';
import { setUpSteps } from '../../../admin/overview/set-up-steps';
import { connectionsSentence, refusalsSentence } from '../../../admin/overview/sender-sentences';
import { untoldChanges } from '../../../admin/overview/untold';
import { text } from './english';

const NOW = 1_000_000;

const lane: OverviewLane = {
  id: 1,
  environment: 'production',
  credential: { keyId: 'ABC1234567', teamId: 'TEAM123456', source: 'panel' },
  devices: 10,
  announced: 5,
  handled: 5,
  waitingChanges: 0,
  departure: { kind: 'none', at: null },
  budget: { perHour: 3, used: 3 },
  pauses: [],
  probation: null,
  hurry: null,
  acts: [],
  backOffUntil: null,
  lastError: null,
  connection: null,
  current: null,
  freshness: {
    ...{ share: null, asked: 0, reporting: 0, fresh: 0, p50Ms: null, p90Ms: null, denied: 0, restricted: 0 },
    fleet: { fresh: 0, behind: 0, silent: 0, unseen: 0, off: 0, refused: 0 },
  },
};

const overview: Overview = {
  now: NOW,
  engine: { running: true, code: 'running', instances: 1 },
  capture: { on: true, code: 'on' },
  instance: { confirmed: true },
  encryption: { ready: true },
  pace: { perSecond: null, by: null },
  apps: [],
  alarms: [],
  days: [],
  triggers: 0,
  registrationOpen: false,
};

describe('the state of a lane', () => {
  const counts = { sent: 0, accepted: 0, rejected: 0, rejectedBy: {}, unsent: 0, unknown: 0 };
  const connection = { connections: 1, inFlight: 0, window: 100, states: {}, roundTripMs: null, counts };
  const pause = { cause: 'fatal', code: 'BadTopic', params: {}, at: 0 } as const;
  const probation = { code: 'BadTopic', status: 400, since: 0, probes: 1, nextAt: NOW + 1 };

  test.each<[string, Partial<OverviewLane>, boolean]>([
    ['not-set-up', { credential: null, pauses: [pause] }, true],
    ['disabled', { pauses: [pause] }, false],
    ['paused', { pauses: [pause], probation, backOffUntil: NOW + 1 }, true],
    ['refused', { probation, backOffUntil: NOW + 1 }, true],
    ['backing-off', { backOffUntil: NOW + 1, current: {} as Push }, true],
    ['backing-off', { connection: { ...connection, kind: 'waiting' } }, true],
    ['sending', { current: {} as Push, backOffUntil: NOW }, true],
    ['connecting', { connection: { ...connection, kind: 'connecting' } }, true],
    ['connected', { connection: { ...connection, kind: 'open' } }, true],
    ['ready', {}, true],
  ])('is %s before anything that matters less', (kind, change, enabled) => {
    expect(laneState({ enabled }, { ...lane, ...change }, NOW).kind).toBe(kind);
  });
});

describe('what may be sent now', () => {
  test.each<[string, Partial<OverviewLane>, number]>([
    ['nothing', {}, 0],
    ['what devices were not told of', { waitingChanges: 3 }, 3],
    ['nothing that a push on its way tells', { waitingChanges: 3, current: { rev: 8 } as Push }, 0],
    ['what came after the push on its way', { waitingChanges: 3, current: { rev: 7 } as Push }, 1],
  ])('is %s', (_, change, changes) => {
    expect(untoldChanges({ ...lane, ...change })).toBe(changes);
  });
});

describe('the sentence on the next departure', () => {
  const say = (change: Partial<OverviewLane>, sendingOff = false) =>
    departureSentence(text, { ...lane, ...change }, { clock: () => '14:40', sendingOff });

  test('says when the budget lets the next push leave', () => {
    expect(say({ departure: { kind: 'budget', at: NOW }, waitingChanges: 7 })).toBe(
      'Leaves at 14:40, 7 changes waiting: 3 of 3 pushes used this hour.',
    );
  });

  test('says when a lane that APNs refuses is asked again', () => {
    expect(say({ departure: { kind: 'refused', at: NOW }, waitingChanges: 1 })).toBe(
      '1 change leaves when APNs takes pushes of this lane again; it is asked at 14:40.',
    );
  });

  test('promises no time while sending is off', () => {
    expect(say({ departure: { kind: 'quiet', at: NOW }, waitingChanges: 1 }, true)).toBe(
      '1 change waits until sending is on again.',
    );
  });

  test('does not say that nothing waits where changes wait that wake nobody', () => {
    expect(say({ waitingChanges: 2 })).toContain('2 changes go along');
    expect(say({})).toBe('Nothing waits.');
  });
});

test('sending is off only where somebody must switch it on', () => {
  const off = (code: EngineCode) => isSendingOff({ engine: { ...overview.engine, running: false, code } });
  expect(off('disabled')).toBe(true);
  expect(off('stopped')).toBe(true);
  expect(off('waiting-for-lease')).toBe(false);
  expect(isSendingOff(overview)).toBe(false);
});

describe('the pace of a push', () => {
  test('needs two polls', () => {
    expect(paceOf([{ at: 0, answered: 0 }], 100)).toBeNull();
  });

  test('is devices a second, with the time left', () => {
    const samples: Sample[] = [
      { at: 0, answered: 0 },
      { at: 2_000, answered: 200 },
    ];
    expect(paceOf(samples, 1_200)).toEqual({ perSecond: 100, msLeft: 10_000 });
  });

  test('does not tell a time left where nothing moves', () => {
    const still = [0, 2_000].map((at) => ({ at, answered: 5 }));
    expect(paceOf(still, 10)).toEqual({ perSecond: 0, msLeft: null });
  });

  test('forgets what is long ago, and keeps the list where a render brings nothing new', () => {
    const samples = withSample([{ at: 0, answered: 0 }], { at: 20_000, answered: 9 });
    expect(samples).toEqual([{ at: 20_000, answered: 9 }]);
    expect(withSample(samples, { at: 20_000, answered: 10 })).toBe(samples);
  });
});

describe('the steps of the set-up', () => {
  const done = (state: Overview, pushed = false) =>
    setUpSteps(state, pushed)
      .filter((step) => step.done)
      .map(({ id }) => id);
  const app = { id: 1, bundleId: 'a.b', name: 'A', enabled: true, epoch: 'e', head: 0 };

  test('are all open on an empty configuration', () => {
    expect(done(overview)).toEqual([]);
  });

  test('are done one by one', () => {
    const bare = { ...lane, credential: null, devices: 0 };
    expect(done({ ...overview, apps: [{ ...app, lanes: [bare] }] })).toEqual(['app']);
    const set = { ...overview, apps: [{ ...app, lanes: [{ ...lane, devices: 0 }] }], triggers: 1 };
    expect(done(set)).toEqual(['app', 'key', 'trigger']);
    expect(done({ ...set, registrationOpen: true }, true)).toEqual([
      'app',
      'key',
      'trigger',
      'registration',
      'publish',
    ]);
  });

  test('take a registered device as proof that devices may register', () => {
    expect(done({ ...overview, apps: [{ ...app, lanes: [lane] }] })).toContain('registration');
  });

  test('lead to API tokens where there are no roles', () => {
    const step = setUpSteps({ ...overview, registrationOpen: null }, false).find(({ id }) => id === 'registration');
    expect(step).toMatchObject({ done: false, unsure: true, to: '/settings/api-tokens' });
  });
});

describe('what is said of the sender', () => {
  it('names the states of its connections in the order in which they are passed', () => {
    expect(connectionsSentence(text, { states: { draining: 1, open: 2 } })).toBe('2 open, 1 draining');
    expect(connectionsSentence(text, { states: { closed: 1 } })).toBe('None');
  });

  it('names the five commonest reasons, and how many were refused for others', () => {
    const rejectedBy = { A: 1, B: 60, C: 50, D: 40, E: 30, F: 20, G: 2 };
    expect(refusalsSentence(text, rejectedBy)).toBe('Refused: B 60, C 50, D 40, E 30, F 20, others 3');
    expect(refusalsSentence(text, { BadDeviceToken: 1_234 })).toBe('Refused: BadDeviceToken 1,234');
  });
});
