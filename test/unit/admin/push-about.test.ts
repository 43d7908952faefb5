import type { ChangedEntry, PushAbout } from '../../../server/admin-api/contract';
import { entryName, pushName } from '../../../admin/pushes/push-about';
import { text } from './english';

function entryOf(fields: Partial<ChangedEntry> = {}): ChangedEntry {
  return {
    contentType: 'api::article.article',
    name: 'Article',
    title: 'Hello, every device',
    gone: false,
    action: 'publish',
    locale: 'en',
    documentId: 'abc',
    ...fields,
  };
}

function aboutOf(fields: Partial<PushAbout> = {}): PushAbout {
  return { changes: 1, entries: 1, sameType: true, refresh: false, kept: true, first: [entryOf()], ...fields };
}

const untitled = entryOf({ title: null });
const gone = entryOf({ title: null, gone: true, action: 'delete' });

describe('a push is called by what it tells of', () => {
  it.each<[string, PushAbout, string]>([
    ['one entry', aboutOf(), '“Hello, every device”'],
    ['several', aboutOf({ changes: 5, entries: 4 }), '“Hello, every device” and 3 more'],
    ['very many', aboutOf({ changes: 100_000, entries: null }), '“Hello, every device” and 99,999 more'],
    [
      'one with a title before one without',
      aboutOf({ entries: 2, first: [gone, entryOf()] }),
      '“Hello, every device” and 1 more',
    ],
    ['what may not be read', aboutOf({ changes: 2, entries: 2, first: [untitled] }), '2 changes of Article'],
    ['one that may not be read', aboutOf({ first: [untitled], sameType: false }), '1 change of Article'],
    [
      'several types',
      aboutOf({ changes: 3, entries: 3, sameType: false, first: [untitled] }),
      '3 changes of Article and others',
    ],
    ['a deletion', aboutOf({ first: [gone] }), 'An entry that is gone'],
    ['deletions', aboutOf({ entries: 3, first: [gone, gone] }), 'An entry that is gone and 2 more'],
    ['everything', aboutOf({ refresh: true, first: [] }), 'Everything anew'],
    [
      'what retention took',
      aboutOf({ changes: 7, entries: null, kept: false, first: [] }),
      '7 changes that are not kept any more',
    ],
  ])('%s', (_, about, name) => expect(pushName(text, about)).toBe(name));
});

describe('an entry', () => {
  it.each<[ChangedEntry, string]>([
    [entryOf(), '“Hello, every device” · Article · en'],
    [entryOf({ locale: null }), '“Hello, every device” · Article'],
    [untitled, 'An entry · Article · en'],
    [gone, 'An entry that is gone · Article · en'],
    [entryOf({ title: null, documentId: null, locale: null, action: 'refresh' }), 'All of Article'],
  ])('%#', (entry, name) => expect(entryName(text, entry)).toBe(name));
});
