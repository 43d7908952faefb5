/** What the panel shows of all this. */
export { createOverview, type Overview } from './overview';
export { createPushAbouts, type PushAbouts } from './push-abouts';
export { createPushDays } from './push-days';
export { createPushViews, type PushViews } from './push-view';
