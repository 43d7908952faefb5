import type { EntryForecast, ForecastKind, LaneForecast } from '../../../server/admin-api/contract';
import { FORECAST_KINDS } from '../../../server/admin-api/contract';
import { forecastSentences } from '../../../admin/start/forecast-sentences';
import { text } from './english';

const NOW = 1_000_000;

function laneOf(fields: Partial<LaneForecast> = {}): LaneForecast {
  return {
    laneId: 1,
    app: 'News',
    environment: 'production',
    kind: 'wakes',
    devices: 12_430,
    at: NOW + 10_000,
    used: 0,
    waiting: 0,
    lastsMs: null,
    ...fields,
  };
}

function said(lanes: LaneForecast[], fields: Partial<EntryForecast> = {}, saves = false, atOnce = false): string[] {
  const forecast: EntryForecast = { now: NOW, action: 'publish', captured: true, heard: true, lanes, ...fields };
  const list = (names: readonly string[]) => names.join(' and ');
  return forecastSentences(forecast, { text, clock: () => '14:40', list, saves, atOnce });
}

describe('what publishing does, in one sentence', () => {
  it.each<[string, Partial<LaneForecast>, string]>([
    ['wakes', {}, 'Wakes 12,430 devices of News about 10 s after you publish.'],
    ['wakes one', { devices: 1 }, 'Wakes 1 device of News about 10 s after you publish.'],
    ['wakes later', { at: NOW + 300_000 }, 'Wakes 12,430 devices of News at 14:40.'],
    [
      'wakes in the sandbox',
      { environment: 'sandbox' },
      'Wakes 12,430 devices of News (sandbox) about 10 s after you publish.',
    ],
    [
      'takes others along',
      { waiting: 3 },
      'Wakes 12,430 devices of News about 10 s after you publish. 3 changes wait already and leave with it.',
    ],
    [
      'takes long',
      { lastsMs: 2_000_000 },
      'Wakes 12,430 devices of News about 10 s after you publish. At the pace that the server can answer, that takes 33 min 20 s.',
    ],
    [
      'is held',
      { kind: 'budget', used: 3, waiting: 3 },
      'Held until 14:40: 3 pushes went out this hour. Then wakes 12,430 devices of News. 3 changes wait already and leave with it.',
    ],
    [
      'comes after another',
      { kind: 'running' },
      'Wakes 12,430 devices of News after the push that is on its way, not before 14:40.',
    ],
    [
      'is refused',
      { kind: 'refused' },
      'Held until 14:40: APNs refuses News at present and is asked again then. After that wakes 12,430 devices.',
    ],
    [
      'is paused',
      { kind: 'paused', at: null, waiting: 2 },
      'Wakes nobody for now: pushes of News are paused. The change waits until somebody resumes them.',
    ],
    ['has no key', { kind: 'not-set-up', at: null }, 'Wakes nobody: News has no key.'],
    ['is disabled', { kind: 'disabled', at: null }, 'Wakes nobody: News is disabled.'],
    ['is off', { kind: 'off', at: null }, 'Wakes nobody: this installation sends no pushes.'],
    ['concerns nobody', { kind: 'nobody', at: null, devices: 0 }, 'Wakes nobody: no device of News is concerned.'],
    [
      'is by tags of what is not saved',
      { kind: 'unsaved', devices: 0, at: null },
      'Wakes the devices of News with a tag of this entry. How many, shows once it is saved.',
    ],
    [
      'is silent',
      { kind: 'silent', at: null },
      'Wakes nobody: no trigger for this action. Apps of News find the change when they ask next.',
    ],
  ])('%s', (_, fields, sentence) => expect(said([laneOf(fields)])).toEqual([sentence]));

  it('has a sentence for every kind', () => {
    const kinds: ForecastKind[] = [...FORECAST_KINDS];
    for (const kind of kinds) expect(said([laneOf({ kind })])).toHaveLength(1);
  });

  it('names what is done: saving, unpublishing, sending at once', () => {
    expect(said([laneOf()], {}, true)).toEqual(['Wakes 12,430 devices of News about 10 s after you save.']);
    expect(said([laneOf()], { action: 'unpublish' })).toEqual([
      'Wakes 12,430 devices of News about 10 s after you unpublish.',
    ]);
    expect(said([laneOf({ at: NOW })], {}, false, true)).toEqual(['Wakes 12,430 devices of News at once.']);
  });

  it('adds up apps of which the same is to be said, and parts those that differ', () => {
    const weather = laneOf({ laneId: 2, app: 'Weather', devices: 70, at: NOW + 10_400 });
    expect(said([laneOf(), weather])).toEqual([
      'Wakes 12,500 devices of News and Weather about 10 s after you publish.',
    ]);
    expect(said([laneOf(), { ...weather, kind: 'paused', at: null }])).toHaveLength(2);
  });

  it('says that nobody is told where nothing is recorded', () => {
    expect(said([laneOf()], { captured: false })).toEqual(['Nobody is told: changes are not recorded at present.']);
  });
});
