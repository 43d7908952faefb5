export { createBell } from './bell';
export { createCapture, type CaptureState } from './capture';
export { createClients } from './clients';
export { closePausedPush, closePushesOf } from './close-pushes';
export { createControl, type Control } from './control';
export { createEmbeddedDispatcher } from './dispatchers/embedded';
export { createEngine, type Engine } from './engine';
export { createInstanceGuard } from './instance-guard';
export { createOverview, type Overview } from './overview';
