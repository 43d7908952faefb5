import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(__dirname, '../../..');

export interface Fence {
  language: string;
  text: string;
}

/** One page of the documents, taken apart as far as the tests look at it. */
export interface Page {
  /** From the root of the repository. */
  file: string;
  lines: string[];
  /** Without code blocks, whose lines are left empty. */
  prose: string[];
  fences: Fence[];
  /** What `#…` may name. */
  anchors: ReadonlySet<string>;
}

const CLIENTS = ['swift', 'typescript', 'scenarios'].map((name) => `clients/${name}/README.md`);

/** README.md, all of docs, and what clients have. */
export function readPages(): Page[] {
  const docs = readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', ...docs.map((name) => `docs/${name}`), ...CLIENTS].map(readPage);
}

export function readPage(file: string): Page {
  const lines = readFileSync(path.join(ROOT, file), 'utf8').trimEnd().split('\n');
  const { prose, fences } = split(lines);
  return { file, lines, prose, fences, anchors: anchorsOf(prose) };
}

function split(lines: readonly string[]): Pick<Page, 'prose' | 'fences'> {
  const fences: Fence[] = [];
  let open: Fence | null = null;
  const prose = lines.map((line) => {
    const mark = /^\s*```(\w*)\s*$/.exec(line);
    if (mark && open === null) fences.push((open = { language: mark[1], text: '' }));
    else if (mark) open = null;
    else if (open !== null) open.text += `${line}\n`;
    else return line;
    return '';
  });
  if (open !== null) throw new Error('A code block is not closed.');
  return { prose, fences };
}

/** As GitHub makes them of headings. */
function anchorsOf(prose: readonly string[]): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const line of prose) {
    const heading = /^#{1,6} (.+)$/.exec(line);
    if (!heading) continue;
    const slug = heading[1]
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let n = 1; anchors.has(anchor); n++) anchor = `${slug}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The texts between single backticks, outside of code blocks. */
export function codeSpans({ prose }: Page): string[] {
  return prose.flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, text]) => text));
}

/** The cells of each row of a page's tables, without the rows of dashes. */
export function tableRows({ prose }: Page): string[][] {
  return prose
    .filter((line) => line.startsWith('|') && !/^[|\s:-]+$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
