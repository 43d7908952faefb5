/** The rows of one push: whom it goes to, how it is cut into shards, who holds them, its guard, its deletions and its end. */
export { advancePush, runningPushes } from './advance';
export { CANARY_SIZE, canaryOf, chooseCanary, triedInVain, whereShard } from './canary';
export { canaryIsOut, claimShard, isUnmet, listClaimable, type ClaimOptions, type Lease } from './claim';
export { NO_COUNTERS, sumCounters, sumReasons } from './counters';
export { decideDeletions, deletionsAlarm } from './deletions';
export { planShards, readPush } from './plan';
export { guardSums, guardTrips, tripGuard } from './refusal-guard';
