/**
 * Whether a value that was read from JSON holds lists and objects deeper in one another than so many. Strapi's parser
 * takes any depth, and whatever calls itself for each level, `JSON.stringify` among it, ends in an overflow of the stack.
 * This one walks level by level.
 */
export function isDeeperThan(value: unknown, maxDepth: number): boolean {
  let level = [value].filter(isNest);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === maxDepth) return true;
    level = level.flatMap((nest) => Object.values(nest).filter(isNest));
  }
  return false;
}

const isNest = (value: unknown): value is object => typeof value === 'object' && value !== null;
