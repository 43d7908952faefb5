import assert from 'node:assert/strict';
import type {
  DeviceDetail,
  DiagnosisCode,
  Overview,
  OverviewApp,
  OverviewLane,
  Push,
} from '../../../server/admin-api/contract';
import { TABLES, type DeviceRow } from '../../../server/store/tables';
import { BUNDLE_ID } from '../../demo/stage';
import { until } from '../../until';
import type { Stage } from '../walk';
import { ARTICLE, type Fleet, type Planted } from './fleet';

const DAY_MS = 86_400_000;

type Expected = readonly [device: Planted, code: DiagnosisCode, said: string | RegExp];

/** What is planted, what the server finds, and what somebody who opens the page reads. */
const AT_REST: readonly Expected[] = [
  ['newest', 'holds-newest', 'it holds the newest content'],
  ['pushed', 'holds-what-was-pushed', 'it holds what was pushed to it'],
  ['behind', 'behind', 'and it still holds change'],
  ['silent', 'says-nothing', 'the app does not say what it holds'],
  ['neverAccepted', 'never-accepted', 'APNs has not accepted a push for it yet'],
  ['wrongEnvironment', 'wrong-environment', 'signed for the other environment'],
  ['refused', 'token-refused', /APNs refuses its token \(BadDeviceToken; one push counted\)/],
  ['gone', 'called-gone', 'APNs calls its token gone'],
  ['denied', 'background-refresh-denied', 'has switched off Background App Refresh'],
  ['restricted', 'background-refresh-restricted', 'Background App Refresh is restricted'],
  ['unseen', 'not-seen', 'has not shown itself for more than 30 days'],
  ['german', 'not-in-audience', 'The last push was not meant for it'],
  ['unpushed', 'nothing-pushed', 'Nothing was pushed since it registered'],
  ['paused', 'lane-paused', 'Its lane is paused'],
  ['laneRefused', 'lane-refused', 'APNs refuses the pushes of its lane (BadTopic)'],
  ['disabled', 'app-disabled', 'Its app is switched off here'],
  ['notSetUp', 'lane-not-set-up', 'Its lane has no key'],
];

/** Each cause of a device that does not wake is planted, and its page names that one. */
export async function causes(stage: Stage, fleet: Fleet): Promise<void> {
  const { page, simulator, photographer, report } = stage;
  const { step } = report;
  const { knex, ids, tokens, call } = fleet;
  const devices = () => knex<DeviceRow>(TABLES.devices);

  async function diagnosed([device, code, said]: Expected): Promise<void> {
    const { diagnosis } = await call<DeviceDetail>('GET', `/devices/${ids[device]}`);
    assert.equal(diagnosis.code, code, `${device}: ${JSON.stringify(diagnosis)}`);
    await visit(stage, `/plugins/background-push/devices/${ids[device]}`);
    await page.getByRole('heading', { name: `Device …${tokens[device].slice(-6)}` }).waitFor();
    await page.getByRole('status').filter({ hasText: 'Does it wake?' }).getByText(said).waitFor();
  }

  await step('plants what devices hold', async () => {
    const { documentId } = await fleet.publish('Withdrawn at once');
    await fleet.sendNow('production');
    const app = async () => (await call<Overview>('GET', '/overview')).apps.find(isNews) as OverviewApp;
    const told = await app();
    const admin = await stage.strapi.admin();
    const path = `/content-manager/collection-types/${ARTICLE}/${documentId}/actions/unpublish?locale=en`;
    await admin.call('POST', path, {});
    await until(async () => (await app()).head > told.head, { what: 'The change that wakes nobody' });
    const held = { newest: told.head + 1, pushed: told.head, behind: told.head - 2 };
    for (const [device, rev] of Object.entries(held)) {
      const said = { applied_epoch: told.epoch, applied_rev: rev, reported_at: Date.now() };
      await devices()
        .where({ token: tokens[device as Planted] })
        .update(said);
    }
    await devices()
      .where({ token: tokens.unseen })
      .update({ seen_at: Date.now() - 40 * DAY_MS });
    await devices().where({ token: tokens.neverAccepted }).update({ accepted: 0 });
    await devices().where({ token: tokens.gone }).update({ gone_at: Date.now() });
  });

  await step('names each planted cause on the device’s page', async () => {
    await page.goto(`${stage.strapi.url}/admin/plugins/background-push/devices`);
    await page.getByRole('table').waitFor();
    await photographer.take(page, '51-devices');
    for (const expected of AT_REST) await diagnosed(expected);
    for (const name of ['behind', 'refused'] as const) {
      await diagnosed(AT_REST.find(([device]) => device === name) as Expected);
      await photographer.take(page, `52-device-${name}`);
    }
  });

  await step('names what its lane waits for', async () => {
    const lane = await fleet.laneId(BUNDLE_ID);
    await fleet.publish('Waiting for quiet');
    await diagnosed(['silent', 'push-waits', 'New content waits for quiet']);

    const hang = simulator.behave({ token: tokens.german, hang: true });
    const hanging = simulator.behave({ token: tokens.silent, hang: true });
    await call('POST', `/lanes/${lane}/send-now`, {});
    const latest = async () => (await call<Push[]>('GET', `/pushes?lane=${lane}`))[0];
    await until(async () => (await latest()).state === 'running', { within: 30_000, what: 'The push that hangs' });
    await diagnosed(['newest', 'push-under-way', 'A push is under way to it just now']);
    hang();
    hanging();
    await call('POST', `/pushes/${(await latest()).id}/cancel`, {});
    await until(async () => (await latest()).state === 'finished', { within: 60_000, what: 'The end of it' });

    const budget = async () => {
      const { lanes } = (await call<Overview>('GET', '/overview')).apps.find(isNews) as OverviewApp;
      return (lanes.find(({ id }) => id === lane) as OverviewLane).budget;
    };
    for (let { used, perHour } = await budget(); used < perHour; { used, perHour } = await budget()) {
      await fleet.publish('Within the budget');
      await fleet.sendNow('production');
    }
    await fleet.publish('Over the budget');
    await diagnosed(['silent', 'budget-spent', 'the pushes of this hour are used up']);
  });
}

const isNews = ({ bundleId }: OverviewApp) => bundleId === BUNDLE_ID;

/** Goes to another page of the panel without loading the panel anew. */
export async function visit({ page }: Pick<Stage, 'page'>, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
  }, `/admin${path}`);
}
