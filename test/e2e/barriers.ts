import { source, type AxeResults, type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

/** What keeps people out; axe calls the rest moderate or minor. */
const KEEPS_OUT: readonly unknown[] = ['serious', 'critical'];

/** In the dark only colours are other ones. */
const RULES: Record<'light' | 'dark', RunOptions> = {
  light: { resultTypes: ['violations'] },
  dark: { resultTypes: ['violations'], runOnly: { type: 'rule', values: ['color-contrast'] } },
};

/**
 * Looks with axe at what of the page is the plugin's: its own pages, dialogs, its panel beside an entry, and its widget.
 * @returns serious and critical violations, each with the elements that have it
 */
export async function findBarriers(page: Page, theme: 'light' | 'dark'): Promise<string[]> {
  // By the browser's debugger: a script element would be refused by Strapi's content security policy.
  if (await page.evaluate(() => !('axe' in window))) await page.evaluate(source);
  const violations = await page.evaluate(async (options) => {
    const named = (selector: string) =>
      [...document.querySelectorAll(selector)].filter((box) => {
        return [...box.querySelectorAll('h2')].some((title) => title.textContent === 'Background push');
      });
    const own = location.pathname.includes('/background-push') ? [...document.querySelectorAll('main')] : [];
    const dialogs = [...document.querySelectorAll('[role=dialog], [role=alertdialog]')];
    // The title of a widget and its colour are Strapi's, as those of every other widget.
    const widget = named('main section').flatMap((box) =>
      [...box.children].filter(({ tagName }) => tagName !== 'HEADER'),
    );
    const ours = [...own, ...named('aside'), ...widget, ...dialogs];
    if (ours.length === 0) return [];
    const { axe } = window as unknown as { axe: { run(of: object, how: object): Promise<AxeResults> } };
    return (await axe.run({ include: ours }, options)).violations;
  }, RULES[theme]);
  return violations
    .filter(({ impact }) => KEEPS_OUT.includes(impact))
    .map(({ id, help, nodes }) => {
      const where = nodes.map(({ html, failureSummary = '' }) => {
        const [, why = ''] = failureSummary.split('\n');
        return `${html.slice(0, 160)} (${why.trim()})`;
      });
      return `${help} (${id}): ${[...new Set(where)].slice(0, 3).join('; ')}`;
    });
}
