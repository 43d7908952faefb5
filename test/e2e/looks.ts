import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { until } from '../until';
import { findBarriers } from './barriers';

export const SCREENSHOTS = path.join(__dirname, 'screenshots');

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 375, height: 812 };

/** Strapi follows the system's, which a page can be told. */
const THEMES = ['light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

/** The name of a text that was not translated. Strapi shows it where a language lacks the text. */
const RAW_KEY = /background-push\.[a-z][\w.-]*/g;

/** Looks at pages, keeps what was seen, and notes what is wrong with it. */
export interface Photographer {
  /** What was wrong with the pages so far, in sentences. */
  readonly faults: readonly string[];
  /** Takes the page as it is at both sizes and in both themes, as `<name>-1280.png`, `<name>-375-dark.png` and so on. */
  take(page: Page, name: string): Promise<void>;
  /** Takes another part of a page that was taken: what `middle` is, is in the middle. */
  takePart(page: Page, name: string, middle: Locator): Promise<void>;
  /** The same at 1280 px alone: a dialog that Strapi closes when the window becomes narrow. */
  takeWide(page: Page, name: string): Promise<void>;
  /** The same at 1280 px and in the light alone: a page that says one sentence. */
  glance(page: Page, name: string): Promise<void>;
  /** The same at phone width and in the light alone. */
  takeNarrow(page: Page, name: string): Promise<void>;
  /** Takes no pictures in the dark: of a walk whose pages others are taken in both themes. */
  readonly inTheLight: Photographer;
  /** Takes the page as it is, for somebody who wants to know why a step failed. @returns the file */
  takeFailure(page: Page, name: string): Promise<string>;
}

export function createPhotographer(): Photographer {
  rmSync(SCREENSHOTS, { recursive: true, force: true });
  mkdirSync(SCREENSHOTS, { recursive: true });
  const faults: string[] = [];

  async function look(
    page: Page,
    name: string,
    sizes: readonly (typeof PHONE)[],
    { themes, middle }: { themes: readonly Theme[]; middle?: Locator },
  ): Promise<void> {
    // Where it points at a button, that has the design system's colours for being pointed at.
    await page.mouse.move(0, 0);
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme });
      for (const size of sizes) {
        await page.setViewportSize(size);
        await middle?.evaluate((element) => element.scrollIntoView({ block: 'center' }));
        await settle(page);
        const what = `${name} at ${size.width} px, ${theme}`;
        if (!middle) {
          faults.push(...(await findOverflow(page)).map((wide) => `${what}: ${wide}`));
          faults.push(...(await findBarriers(page, theme)).map((barrier) => `${what}: ${barrier}`));
        }
        await page.screenshot({
          path: path.join(SCREENSHOTS, fileOf(name, size.width, theme)),
          animations: 'disabled',
        });
      }
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(DESKTOP);
    const keys = (await page.locator('body').innerText()).match(RAW_KEY) ?? [];
    faults.push(...keys.map((key) => `${name}: shows the name of a text, ${key}`));
  }

  const taking = (themes: readonly Theme[]): Omit<Photographer, 'inTheLight'> => ({
    faults,
    take: (page, name) => look(page, name, [PHONE, DESKTOP], { themes }),
    takePart: (page, name, middle) => look(page, name, [PHONE, DESKTOP], { themes, middle }),
    takeWide: (page, name) => look(page, name, [DESKTOP], { themes }),
    takeNarrow: (page, name) => look(page, name, [PHONE], { themes: ['light'] }),
    glance: (page, name) => look(page, name, [DESKTOP], { themes: ['light'] }),
    async takeFailure(page, name) {
      const file = path.join(SCREENSHOTS, `failed-${name.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}.png`);
      await page.screenshot({ path: file });
      return file;
    },
  });
  const inTheLight: Photographer = {
    ...taking(['light']),
    get inTheLight() {
      return inTheLight;
    },
  };
  return { ...taking(THEMES), inTheLight };
}

function fileOf(name: string, width: number, theme: Theme): string {
  return `${name}-${width}${theme === 'dark' ? '-dark' : ''}.png`;
}

/** Waits until the page has taken its new size: fonts are there, animations ended, and two frames look alike. */
async function settle(page: Page): Promise<void> {
  let last = '';
  await until(
    async () => {
      const now = await page.evaluate(async () => {
        await document.fonts.ready;
        const running = document.getAnimations().filter(({ playState, effect }) => {
          return playState === 'running' && effect?.getComputedTiming().endTime !== Infinity;
        });
        await Promise.allSettled(running.map(({ finished }) => finished));
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        // What turns for ever, to say that something is awaited, never stands still.
        const turning = document.getAnimations().flatMap(({ effect }) => {
          const target = effect instanceof KeyframeEffect ? effect.target : null;
          return target !== null && effect?.getComputedTiming().endTime === Infinity ? [target] : [];
        });
        const still = [...document.querySelectorAll('body *')].filter((element) => {
          return !turning.some((one) => one.contains(element));
        });
        return still.map((element) => {
          const { x, y, width, height } = element.getBoundingClientRect();
          return [x, y, width, height].map(Math.round).join();
        });
      });
      const boxes = now.join(' ');
      const same = boxes === last;
      last = boxes;
      return same;
    },
    { within: 30_000, what: 'A page that stands still' },
  );
}

/** @returns what is wider than the window or than the part of the page that scrolls; a box made to scroll may be */
async function findOverflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const root = document.scrollingElement ?? document.documentElement;
    if (root.scrollWidth > innerWidth) found.push(`the page is ${root.scrollWidth} px wide`);
    // Strapi scrolls the page inside elements of its own.
    for (let box = document.querySelector('main'); box !== null; box = box.parentElement) {
      if (box.scrollWidth > box.clientWidth + 1) {
        found.push(`<${box.tagName.toLowerCase()}> holds ${box.scrollWidth} px in ${box.clientWidth} px`);
      }
    }
    return found;
  });
}
