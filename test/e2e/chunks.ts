import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { languages as all } from '../../admin/languages';
import { PACKAGE_DIR } from '../demo/build-panel';

const FOLDER = path.join(PACKAGE_DIR, 'dist', 'admin');
const ENTRY = 'index.mjs';
/** English comes with the entry. */
const languages = all.filter((locale) => locale !== 'en');
/** Another chunk that a chunk cannot begin without. */
const NEEDS = /(?:\bfrom|\bimport)\s*["']\.\/([\w.-]+\.mjs)["']/g;

/** All chunks together that every page of Strapi's panel loads in English, gzipped. */
export const MOST_START_BYTES = 15_000;

export interface Chunk {
  file: string;
  gzippedBytes: number;
  /** Whether the panel loads it although nobody opened the plugin. */
  start: boolean;
  /** Texts of a language other than English: loaded where the project lists it. */
  language: boolean;
}

/** Notes the scripts that a page asks for, from now on, by file name. */
export function noteScripts(page: Page): { readonly files: ReadonlySet<string>; end(): void } {
  const files = new Set<string>();
  const note = (request: { url(): string }) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith('.js')) files.add(path.basename(pathname));
  };
  page.on('request', note);
  return { files, end: () => void page.off('request', note) };
}

/**
 * Every chunk of the built plugin. The panel's own build puts what it always loads into files of Strapi's, and names the
 * others after ours.
 */
export function measureChunks(asked: ReadonlySet<string>): Chunk[] {
  const texts = new Map(
    readdirSync(FOLDER)
      .filter((file) => file.endsWith('.mjs'))
      .map((file) => [file, readFileSync(path.join(FOLDER, file), 'utf8')]),
  );
  const start = new Set<string>();
  const take = (file: string): void => {
    if (start.has(file)) return;
    start.add(file);
    for (const [, needed] of (texts.get(file) ?? '').matchAll(NEEDS)) take(needed);
  };
  take(ENTRY);
  for (const file of texts.keys()) {
    const name = path.basename(file, '.mjs');
    if ([...asked].some((script) => script.startsWith(name))) take(file);
  }
  return [...texts].map(([file, text]) => ({
    file,
    gzippedBytes: gzipSync(text).byteLength,
    start: start.has(file),
    language: languages.some((locale) => file.startsWith(`${locale}-`)),
  }));
}

export const startBytes = (chunks: readonly Chunk[]) =>
  chunks.filter(({ start, language }) => start && !language).reduce((sum, { gzippedBytes }) => sum + gzippedBytes, 0);

/** A line for each chunk, the largest first. */
export function listChunks(chunks: readonly Chunk[]): string {
  const lines = [...chunks]
    .sort((a, b) => b.gzippedBytes - a.gzippedBytes)
    .map(
      ({ file, gzippedBytes, start }) => `  ${inKb(gzippedBytes)}  ${file}${start ? '  (loaded with the panel)' : ''}`,
    );
  return [
    'The plugin’s chunks, gzipped:',
    ...lines,
    `  ${inKb(startBytes(chunks))}  loaded with the panel in English`,
  ].join('\n');
}

const inKb = (bytes: number) => `${(bytes / 1_000).toFixed(1).padStart(6)} kB`;
