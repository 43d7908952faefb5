import { route } from './route';

export const laneRoutes = [
  route('POST /lanes/:id/pause', 'admin-lanes.pause', 'lanes.pause'),
  route('POST /lanes/:id/resume', 'admin-lanes.resume', 'lanes.resume'),
  route('POST /lanes/:id/send-anyway', 'admin-lanes.sendAnyway', 'lanes.send-anyway'),
  route('POST /lanes/:id/send-now', 'admin-lanes.sendNow', 'lanes.send-now'),
  route('POST /lanes/:id/force', 'admin-lanes.force', 'lanes.force'),
  route('POST /lanes/:id/deletions/confirm', 'admin-lanes.confirmDeletions', 'devices.retire'),
  route('POST /lanes/:id/deletions/drop', 'admin-lanes.dropDeletions', 'devices.retire'),
];
