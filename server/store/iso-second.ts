/** ISO 8601, UTC, to the second: Apple's decoder takes no fractions. @param ms since the epoch */
export const toIsoSecond = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
