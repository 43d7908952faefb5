/** The same numbers again: `FAULTS_SEED=<number> npm run test:faults -- <file>` */
export const randomSeed = (): number => Number(process.env.FAULTS_SEED ?? Math.floor(Math.random() * 1e6));

/** Park and Miller's generator: as random as a kill or an edit needs to be. */
export function createRandom(start: number): () => number {
  let state = (start % 2_147_483_646) + 1;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}
