/** Decides when what waits on a lane leaves, and makes the push of it. */
export { isScanning, readLane, recentDepartures } from './lane-facts';
export { launchPush, payloadAlarm } from './launch';
export { createBeforePush } from './before-push';
export { paceOf, shareOf, spreadOf, type Pace } from './pace';
