import type { BrowserContext, Request, Route } from 'playwright-core';

export interface Answer {
  /** `GET /background-push/apps → 200` */
  of: string;
  body: string;
}

/** What the browser saw all along. */
export interface Witness {
  /** Every answer of the plugin's routes, whole. */
  readonly answers: readonly Answer[];
  /** Errors in the console and uncaught ones of pages of this origin, each with where it came from. */
  readonly errors: readonly string[];
  /** Takes failed answers of the plugin's routes for what is to be, until the function that it returns is called. */
  expectFailures(): () => void;
  /** Adds an answer that somebody else than the browser got. */
  add(of: string, body: string): void;
}

/** Sees every answer of the plugin's routes before the page does, so that none is lost when the page moves on. */
export async function bearWitness(context: BrowserContext): Promise<Witness> {
  const answers: Answer[] = [];
  const errors: string[] = [];
  let failuresExpected = false;
  await context.route(
    (url) => isPluginRoute(url),
    async (route) => {
      const answer = await take(route);
      if (answer) answers.push(answer);
    },
  );
  context.on('console', (message) => {
    const { url } = message.location();
    // Strapi asks itself and the internet for things that this edition or this machine lacks; that is no error of ours.
    const failed = message.text().startsWith('Failed to load resource');
    const expected = failed && (failuresExpected || !isPluginRoute(new URL(url)));
    if (message.type() === 'error' && !expected) errors.push(`${message.text()} (${url})`);
  });
  context.on('weberror', (error) => errors.push(String(error.error().stack ?? error.error())));
  return {
    answers,
    errors,
    add: (of, body) => answers.push({ of, body }),
    expectFailures() {
      failuresExpected = true;
      return () => void (failuresExpected = false);
    },
  };
}

function isPluginRoute(url: URL): boolean {
  return url.hostname === '127.0.0.1' && /^(\/api)?\/background-push(\/|$)/.test(url.pathname);
}

async function take(route: Route): Promise<Answer | null> {
  const request = route.request();
  try {
    const response = await route.fetch();
    const body = await response.text();
    await route.fulfill({ response, body });
    return { of: `${named(request)} → ${response.status()}`, body };
  } catch (error) {
    // The page moved on, or the browser was closed, while its question was under way.
    if (isGone(error)) return null;
    await route.abort();
    return null;
  }
}

function named(request: Request): string {
  return `${request.method()} ${new URL(request.url()).pathname}`;
}

function isGone(error: unknown): boolean {
  return /closed|disposed|navigat|already handled/i.test(String(error));
}
