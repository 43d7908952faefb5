// The TypeScript client in an app of its own, driven over stdin and stdout: one JSON command a line, one JSON reply a line.
// The commands are described in clients/scenarios/README.md.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

// Mutated copies are driven by the same program.
const { createContentSync } = await import(process.env.CLIENT ?? '../dist/esm/index.js');

/** Where the app may be killed in its next call. */
let deadly = null;
/** How long it waited: waiting takes no time here. */
let waits = [];
let skipped = 0;
let store = '';
let sync = null;

function dieAt(moment) {
  if (deadly === moment) process.kill(process.pid, 'SIGKILL');
}

function writeWhole(file, text) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/** A file; `keychain` is a folder that outlives the app, and that a locked phone cannot read. */
function storage(folder, name) {
  const file = () => path.join(store, folder, name);
  const mustBeOpen = () => {
    if (folder === 'keychain' && existsSync(path.join(store, 'locked'))) throw new Error('errSecInteractionNotAllowed');
  };
  return {
    async read() {
      mustBeOpen();
      return existsSync(file()) ? readFileSync(file(), 'utf8') : null;
    },
    async write(text) {
      mustBeOpen();
      dieAt(`write-${name}`);
      if (text === null) rmSync(file(), { force: true });
      else writeWhole(file(), text);
    },
  };
}

const contentFile = () => path.join(store, 'app', 'content.json');
const readContent = () => new Map(existsSync(contentFile()) ? JSON.parse(readFileSync(contentFile(), 'utf8')) : []);
const writeContent = (held) => writeWhole(contentFile(), JSON.stringify([...held]));
const keyOf = ({ contentType, documentId, locale }) => JSON.stringify([contentType, documentId, locale]);

/** Content in a file: an app's database. */
const handler = {
  async apply(changes) {
    dieAt('apply');
    const held = readContent();
    for (const change of changes) {
      const { contentType, documentId, locale, content } = change;
      if (content === null) held.delete(keyOf(change));
      else if (content !== undefined) held.set(keyOf(change), { contentType, documentId, locale, content });
    }
    writeContent(held);
  },
  async applySnapshot(entries, walk) {
    dieAt('snapshot');
    const held = readContent();
    for (const { contentType, documentId, locale, content } of entries)
      held.set(keyOf({ contentType, documentId, locale }), { contentType, documentId, locale, content, walk });
    writeContent(held);
  },
  async finishSnapshot(walk, contentType) {
    dieAt('finish');
    const held = readContent();
    for (const [key, entry] of held)
      if (entry.walk !== walk && (contentType === null || entry.contentType === contentType)) held.delete(key);
    writeContent(held);
  },
};

const clock = {
  now: () => Date.now() + skipped,
  async wait(ms) {
    waits.push(ms);
    skipped += ms;
  },
};

const resultOf = ({ result, error }) => ({
  result,
  ...(error ? { error: { kind: error.kind, status: error.status, code: error.code } } : {}),
});

const thrown = async (work) => {
  try {
    return { result: (await work()) ?? 'done' };
  } catch (error) {
    return resultOf({ result: 'failed', error });
  }
};

const commands = {
  /** A launch of the app. */
  async start({ store: folder, server, app, timeoutMs, locales, contentTypes, dieAt: moment, later = 0 }) {
    store = folder;
    deadly = moment ?? null;
    waits = [];
    skipped = later;
    const kept = process.env.BROKEN === 'position-in-keychain' ? 'keychain' : 'app';
    sync = createContentSync({
      server,
      app,
      handler,
      storage: { position: storage(kept, 'position.json'), credentials: storage('keychain', 'credentials.json') },
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(locales === undefined ? {} : { locales }),
      ...(contentTypes === undefined ? {} : { contentTypes }),
      clock,
    });
    return { result: 'done' };
  },
  register: ({ do: _, ...options }) => thrown(() => sync.register(options)),
  unregister: () => thrown(() => sync.unregister()),
  push: async ({ payload, budgetMs, canWait }) => resultOf(await sync.handlePush(payload, { budgetMs, canWait })),
  sync: async ({ budgetMs, canWait }) => resultOf(await sync.sync({ budgetMs, canWait })),
  /** Several calls at the same moment; one with `after` comes so many milliseconds later. */
  together: async ({ calls }) => ({
    results: await Promise.all(
      calls.map(async ({ after = 0, ...call }) => {
        if (after > 0) await new Promise((resolve) => setTimeout(resolve, after));
        return perform(call);
      }),
    ),
  }),
  async state() {
    return {
      entries: [...readContent().values()].map(({ walk: _, ...entry }) => entry),
      position: await sync.position(),
      waits,
    };
  },
};

async function perform(command) {
  try {
    return await commands[command.do](command);
  } catch (error) {
    return { thrown: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await perform(JSON.parse(line)))}\n`);
}
