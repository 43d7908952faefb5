/** What the panel shows of all this. */
export { createOverview, type Overview } from './overview';
