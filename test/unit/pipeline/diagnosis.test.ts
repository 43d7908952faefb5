import { DIAGNOSIS_PARAMS, type Diagnosis } from '../../../server/admin-api/contract';
import { NOT_SEEN_MS } from '../../../server/devices';
import { diagnose, type DiagnosisFacts } from '../../../server/pipeline/overview/diagnosis';

const NOW = 10_000_000_000;

/** A device that was pushed to, told what it holds and is behind. */
const FACTS: DiagnosisFacts = {
  now: NOW,
  sending: true,
  confirmed: true,
  appEnabled: true,
  setUp: true,
  pauses: [],
  probation: null,
  departure: { kind: 'none', at: null },
  announced: 9,
  head: 9,
  device: {
    accepted: true,
    refusals: 0,
    refusedAt: null,
    goneAt: null,
    seenAt: NOW,
    backgroundRefresh: null,
    appliedRev: 4,
  },
  refusal: null,
  lastPush: { id: 7, running: false, meant: true },
  meantUpTo: 9,
};
type Fields = Partial<Omit<DiagnosisFacts, 'device'>> & { device?: Partial<DiagnosisFacts['device']> };
const of = ({ device, ...fields }: Fields) => diagnose({ ...FACTS, ...fields, device: { ...FACTS.device, ...device } });
const fresh = { appliedRev: 9 };
const budget = { kind: 'budget', at: 50 } as const;
const refusal = { reason: 'BadDeviceToken', at: 3 };

/** Each with what would explain it too, but less. */
const CASES: [Fields, Diagnosis][] = [
  [
    { sending: false, confirmed: false, appEnabled: false },
    { code: 'sending-off', params: {} },
  ],
  [
    { confirmed: false, pauses: [{ code: 'fingerprint', at: 1 }] },
    { code: 'instance-unconfirmed', params: {} },
  ],
  [
    { appEnabled: false, setUp: false },
    { code: 'app-disabled', params: {} },
  ],
  [
    { setUp: false, device: { goneAt: 1 } },
    { code: 'lane-not-set-up', params: {} },
  ],
  [
    { device: { goneAt: 5, refusals: 2 }, refusal },
    { code: 'called-gone', params: { at: 5 } },
  ],
  [
    { device: { accepted: false, refusals: 1 }, refusal, pauses: [{ code: 'guard', at: 1 }] },
    { code: 'wrong-environment', params: { reason: 'BadDeviceToken' } },
  ],
  [
    { device: { accepted: false }, refusal },
    { code: 'wrong-environment', params: { reason: 'BadDeviceToken' } },
  ],
  [
    { device: { refusals: 2, refusedAt: 2 }, refusal },
    { code: 'token-refused', params: { refusals: 2, reason: 'BadDeviceToken', at: 3 } },
  ],
  [{ device: { refusals: 2, refusedAt: 2 } }, { code: 'token-refused', params: { refusals: 2, at: 2 } }],
  [
    { device: { accepted: false }, refusal: { reason: 'DeviceTokenNotForTopic', at: 3 } },
    { code: 'token-refused', params: { refusals: 1, reason: 'DeviceTokenNotForTopic', at: 3 } },
  ],
  [
    { pauses: [{ code: 'administrator', at: 4 }], device: { backgroundRefresh: 'denied' } },
    { code: 'lane-paused', params: { code: 'administrator', at: 4 } },
  ],
  [{ probation: { code: 'BadTopic', nextAt: 8 } }, { code: 'lane-refused', params: { code: 'BadTopic', at: 8 } }],
  [{ device: { ...fresh, backgroundRefresh: 'denied' } }, { code: 'background-refresh-denied', params: {} }],
  [{ device: { backgroundRefresh: 'restricted' } }, { code: 'background-refresh-restricted', params: {} }],
  [{ device: { ...fresh, seenAt: 0 } }, { code: 'holds-newest', params: { rev: 9 } }],
  [
    { device: { ...fresh }, refusal },
    { code: 'holds-newest', params: { rev: 9 } },
  ],
  [{ device: { seenAt: NOW - NOT_SEEN_MS } }, { code: 'not-seen', params: { at: NOW - NOT_SEEN_MS } }],
  [
    { device: fresh, head: 10, lastPush: { id: 7, running: true, meant: true }, departure: budget },
    { code: 'push-under-way', params: { pushId: 7 } },
  ],
  [
    { device: fresh, head: 10, departure: budget },
    { code: 'budget-spent', params: { at: 50 } },
  ],
  [
    { device: fresh, head: 10, departure: { kind: 'quiet', at: 5 } },
    { code: 'push-waits', params: { at: 5 } },
  ],
  [
    { lastPush: null, meantUpTo: null },
    { code: 'nothing-pushed', params: {} },
  ],
  [{ lastPush: { id: 7, running: false, meant: false } }, { code: 'not-in-audience', params: { pushId: 7 } }],
  [{ device: { accepted: false } }, { code: 'never-accepted', params: {} }],
  [
    { device: fresh, head: 10 },
    { code: 'holds-what-was-pushed', params: { rev: 9 } },
  ],
  [{}, { code: 'behind', params: { rev: 4, head: 9 } }],
  [
    { departure: budget, head: 10 },
    { code: 'behind', params: { rev: 4, head: 10 } },
  ],
  [{ device: { appliedRev: null } }, { code: 'says-nothing', params: {} }],
];

describe('why a device does not wake', () => {
  it.each(CASES)('%j → %j', (fields, diagnosis) => expect(of(fields)).toEqual(diagnosis));

  it('is each of the codes in some case', () => {
    expect(new Set(CASES.map(([, { code }]) => code))).toEqual(new Set(Object.keys(DIAGNOSIS_PARAMS)));
  });
});
