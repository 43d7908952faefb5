/**
 * The engine and its sub-rooms, the way of the data: `log` → `launch` → `push` → `deliver` → `outcomes`; beside it
 * `control`, `overview` and `dispatchers`.
 */
export { createBell } from './bell';
export { createComplaint } from './complaint';
export { createControl, type Control } from './control';
export { createCopyGuard } from './copy-guard';
export { createClients } from './deliver';
export { createEmbeddedDispatcher } from './dispatchers';
export { createEngine, type Engine } from './engine';
export { createLog, createRelatedNotes, createTellOwners, type CaptureState, type Log } from './log';
export { createOverview, type Overview } from './overview';
