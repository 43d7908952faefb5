/** What the panel shows of all this. */
export { createOverview, type Overview } from './overview';
export { createPushAbouts } from './push-abouts';
export { createPushViews, type PushViews } from './push-view';
