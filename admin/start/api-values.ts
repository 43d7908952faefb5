/** What a form holds, as the Content Manager's API takes it: of relations, the part that is meant for it. */
export function apiValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(apiValues);
  if (typeof value !== 'object' || value === null) return value;
  if ('apiData' in value) return value.apiData;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, apiValues(inner)]));
}
