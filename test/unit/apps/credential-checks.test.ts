import { createPrivateKey } from 'node:crypto';
import type { CredentialCheck } from '../../../server/apns';
import { createCredentialChecks } from '../../../server/apps/credential-checks';
import { createSigningKey } from '../../simulator';

const LANE = { id: 1, bundleId: 'com.example.news', environment: 'production' } as const;
const CREDENTIAL = {
  key: createPrivateKey(createSigningKey().privateKeyPem),
  keyId: 'KEY4TESTS0',
  teamId: 'TEAM4TESTS',
};
const PROOF: CredentialCheck = {
  ok: true,
  proves: 'all',
  code: 'accepted',
  status: 200,
  reason: null,
  message: '',
  remedy: '',
};

function setUp() {
  const asked: (string | null)[] = [];
  const answers: ((result: CredentialCheck) => void)[] = [];
  let at = 1_700_000_000_000;
  const check = createCredentialChecks({
    ask(_lane, _credential, device) {
      asked.push(device);
      return new Promise((resolve) => answers.push(resolve));
    },
    deviceOf: () => Promise.resolve('ab'),
    now: () => at,
  });
  return { asked, answers, check: () => check(LANE, CREDENTIAL), pass: (ms: number) => void (at += ms) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('checks of a credential', () => {
  it('that are asked for at the same time are one', async () => {
    const { asked, answers, check } = setUp();
    const all = Promise.all([check(), check(), check()]);
    await turn();
    expect(asked).toHaveLength(1);
    answers[0](PROOF);
    expect(await all).toEqual([PROOF, PROOF, PROOF]);
  });

  it('wake a device at most every 20 minutes', async () => {
    const { asked, answers, check, pass } = setUp();
    const noFault: CredentialCheck = { ...PROOF, proves: 'no-fault' };
    for (const [ms, answer] of [
      [0, PROOF],
      [1_199_999, noFault],
      [1, PROOF],
    ] as const) {
      pass(ms);
      const result = check();
      await turn();
      answers[asked.length - 1](answer);
      // What was proven minutes ago still is.
      expect(await result).toBe(PROOF);
    }
    expect(asked).toEqual(['ab', null, 'ab']);
  });

  it('that APNs refuses are refused, whatever was proven before', async () => {
    const { answers, check } = setUp();
    const first = check();
    await turn();
    answers[0](PROOF);
    await first;
    const second = check();
    await turn();
    const refused: CredentialCheck = { ...PROOF, ok: false, proves: 'nothing' };
    answers[1](refused);
    expect(await second).toBe(refused);
  });
});
