export { createBell } from './bell';
export { createClients } from './deliver/clients';
export { createControl, type Control } from './control/control';
export { createEmbeddedDispatcher } from './dispatchers/embedded';
export { createEngine, type Engine } from './engine';
export { createHousekeeper, type Housekeeper } from '../retention/housekeeper';
export { createCopyGuard } from './copy-guard';
export { createLog, type CaptureState, type Log } from './log';
export { createOverview, type Overview } from './overview/overview';
