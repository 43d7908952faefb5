/**
 * The engine and its sub-rooms, the way of the data: `log` → `launch` → `push` → `deliver` → `outcomes`; beside it
 * `control`, `overview`, `forecast` and `dispatchers`.
 */
export { createBell } from './bell';
export { createComplaint } from './complaint';
export { createControl, type Control } from './control';
export { createCopyGuard } from './copy-guard';
export { createClients } from './deliver';
export { createEmbeddedDispatcher } from './dispatchers';
export { createEngine, type Engine } from './engine';
export {
  createEntryNews,
  createForecast,
  createNews,
  createPreview,
  type EntryNewsReader,
  type Forecast,
  type NewsReader,
} from './forecast';
export { createLog, createRelatedNotes, createTagValues, createTellOwners, type CaptureState, type Log } from './log';
export { createOverview, createPushAbouts, createPushViews, type Overview } from './overview';
