/** Which devices hold the newest content, by what they say themselves: sums, and no row per push and device. */
export { createFreshness, type Freshness } from './freshness';
export { createReports, type Reports } from './reports';
export { ALL_UP_TO, reportShareOf } from './share';
