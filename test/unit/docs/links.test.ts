import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { codeSpans, readPage, readPages, ROOT, tableRows, type Page } from './documents';

const MAX_README_LINES = 150;

const pages = readPages();
const exists = (file: string) => existsSync(path.join(ROOT, file));

/** Targets of links and pictures, but for those that lead out of the repository. */
function linksOf({ prose }: Page): string[] {
  const text = prose.map((line) => line.replaceAll(/`[^`]*`/g, 'code')).join('\n');
  const targets = [...text.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target);
  return targets.filter((target) => !/^(https?|mailto):/.test(target));
}

/** @returns what is wrong with a link of a page; null: nothing */
function problemOf(page: Page, link: string): string | null {
  const [target, anchor] = link.split('#');
  const file = target === '' ? page.file : path.join(path.dirname(page.file), target);
  if (!exists(file)) return `${link}: there is no ${file}`;
  if (anchor === undefined) return null;
  return readPage(file).anchors.has(anchor) ? null : `${link}: ${file} has no such heading`;
}

test('README.md is a page that people read', () => {
  expect(readPage('README.md').lines.length).toBeLessThanOrEqual(MAX_README_LINES);
});

test('README.md leads to every other page', () => {
  const links = linksOf(readPage('README.md')).map((link) => link.split('#')[0]);
  expect(links).toEqual(expect.arrayContaining(pages.map(({ file }) => file).filter((file) => file !== 'README.md')));
});

describe.each(pages.map((page) => [page.file, page] as const))('in %s', (_, page) => {
  test('every link and anchor resolves', () => {
    expect(linksOf(page).flatMap((link) => problemOf(page, link) ?? [])).toEqual([]);
  });

  test('every path of the repository exists', () => {
    const paths = codeSpans(page).filter((text) => /^(server|admin|test|docs|clients|\.ci)\/[\w./-]+$/.test(text));
    expect(paths.filter((file) => !exists(file))).toEqual([]);
  });

  test('no merge left its marks, and no table says a thing twice', () => {
    expect(page.lines.filter((line) => /^(<{7} |\|? ?={7}|>{7} |(> ){6}>)/.test(line))).toEqual([]);
    const firsts = tableRows(page).flatMap(([first]) => (first.length > 40 ? [first] : []));
    expect(firsts.filter((cell, n) => firsts.indexOf(cell) !== n)).toEqual([]);
  });

  test('every npm script exists', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    const text = page.lines.join('\n');
    const names = [...text.matchAll(/npm (?:run ([\w:-]+)|(test)\b)/g)].map(([, run, alone]) => run ?? alone);
    expect(names.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});
