import { eachDatabase, type Database } from '../databases';
import { SCENARIOS, type Observation } from './code-of-others';
import { createEditorScene } from './editor-scene';

/** Two boots and every scenario twice, on a machine that may have other things to do. */
const WITHIN_MS = 600_000;

/**
 * Other people's code beside the plugin, on a type with a trigger, compared with the same code in a Strapi that has the
 * plugin switched off: what it gets, what it throws, and what is public afterwards must be the same.
 */
eachDatabase((database) => {
  let off: Observed;
  let on: Observed;
  beforeAll(async () => {
    off = await observe(database, false);
    on = await observe(database, true);
  }, WITHIN_MS);

  it.each(SCENARIOS.map(({ name }) => name))('%s', (name) => {
    expect(off.observations.get(name)).toBeDefined();
    expect(on.observations.get(name)).toEqual(off.observations.get(name));
    expect(on.misreported.get(name)).toBeUndefined();
  });
});

interface Observed {
  observations: Map<string, Observation>;
  /** Where what was logged is not what changed. */
  misreported: Map<string, unknown>;
}

async function observe(database: Database, plugin: boolean): Promise<Observed> {
  const observed: Observed = { observations: new Map(), misreported: new Map() };
  const scene = await createEditorScene({ database, plugin });
  try {
    for (const { name, run } of SCENARIOS) {
      const observe = async () => void observed.observations.set(name, await run(scene));
      if (!plugin) await observe();
      else await scene.checked(observe).catch((error: unknown) => observed.misreported.set(name, error));
    }
  } finally {
    await scene.booted.stop();
  }
  return observed;
}
