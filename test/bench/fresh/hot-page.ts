import { createLine } from './http-line';

const CONNECTIONS = 16;
const ROUNDS = 3;

/** Asks for a page of the feed and for the same article over Strapi's REST API, in turns; both over kept connections. */
export async function measureHotPage(
  url: string,
  app: string,
  seconds: number,
): Promise<{ perSecond: number; findOnePerSecond: number }> {
  const json = async <T>(path: string) => (await (await fetch(`${url}${path}`)).json()) as T;
  const feed = '/api/background-push/changes';
  const { meta } = await json<{ meta: { epoch: string; rev: number } }>(`${feed}?app=${app}`);
  const since = meta.rev - 1;
  const page = `${feed}?app=${app}&epoch=${meta.epoch}&since=${since}&to=${meta.rev}&include=content`;
  const { data } = await json<{ data: { path: string; content: unknown }[] }>(page);
  const [change] = data;
  if (!change?.content) throw new Error('The page holds no article.');
  const rates: Record<'page' | 'one', number[]> = { page: [], one: [] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.page.push(await rateOf(url, page, seconds / ROUNDS));
    rates.one.push(await rateOf(url, change.path, seconds / ROUNDS));
  }
  const middle = (list: number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
  return { perSecond: middle(rates.page), findOnePerSecond: middle(rates.one) };
}

async function rateOf(url: string, path: string, seconds: number): Promise<number> {
  const { hostname: host, port } = new URL(url);
  const lines = Array.from({ length: CONNECTIONS }, () => createLine({ host, port: Number(port), depth: 1 }));
  const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  let answered = 0;
  let refused = 0;
  let isOver = false;
  const from = performance.now();
  for (const line of lines) {
    const ask = () =>
      line.send(request, ({ status }) => {
        if (status === 200) answered += 1;
        else refused += 1;
        if (!isOver) ask();
      });
    ask();
  }
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  isOver = true;
  const took = performance.now() - from;
  lines.forEach((line) => line.close());
  if (refused > 0) throw new Error(`${path} was refused ${refused} times.`);
  return (answered * 1_000) / took;
}
