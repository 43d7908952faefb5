/** Hands the devices of this process's shards to APNs, as fast as lane, rate and event loop allow. */
export { createClients, type Clients } from './clients';
export { createLaneRuns } from './lane-runs';
