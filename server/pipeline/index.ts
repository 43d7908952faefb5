export { createBell } from './bell';
export { createCapture, type CaptureState } from './capture';
export { createClients } from './clients';
export { closePausedPush, closePushesOf } from './close-pushes';
export { createControl, type Control } from './control';
export { createEngine, type Engine } from './engine';
export { createHousekeeper, type Housekeeper } from './housekeeping';
export { createInstanceGuard } from './instance-guard';
export { createOverview, type Overview } from './overview';
