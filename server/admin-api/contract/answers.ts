import type { Act } from './acts';
import type { App, CheckResult } from './apps';
import type { Device, DeviceDetail, DevicesMeta, TestAnswer, TestResult } from './devices';
import type { Entry, News } from './entries';
import type { DeviceImport, ImportDetail, ImportMeta } from './imports';
import type { DecidedDeletions, LaneDeparture, LanePauses } from './lanes';
import type { Overview } from './overview';
import type { PageMeta } from './pages';
import type { Push, PushDetail } from './pushes';
import type { AudiencePreview, ContentType, Trigger, TriggerPreview } from './triggers';

interface Id {
  id: number;
}

/** Every route of the admin API, under `/background-push`, with what it answers as `data`. */
export interface Answers {
  'GET /overview': Overview;
  'POST /instance/confirm': { confirmed: true };
  'GET /acts': Act[];
  'GET /entries/:uid': Entry;
  'GET /news': News;
  'GET /apps': App[];
  'POST /apps': App;
  'PUT /apps/:id': App;
  'DELETE /apps/:id': Id;
  'POST /apps/:id/wake': { logged: true };
  'POST /apps/:id/start-anew': Id;
  'PUT /apps/:id/lanes/:environment/credential': App;
  'DELETE /apps/:id/lanes/:environment/credential': App;
  'POST /apps/:id/lanes/:environment/check': CheckResult;
  'GET /triggers': Trigger[];
  'POST /triggers': Trigger;
  'PUT /triggers/:id': Trigger;
  'DELETE /triggers/:id': Id;
  'POST /triggers/preview-audience': AudiencePreview;
  'GET /triggers/:id/preview': TriggerPreview;
  'GET /content-types': ContentType[];
  'GET /pushes': Push[];
  'GET /pushes/:id': PushDetail;
  'POST /pushes/:id/cancel': Id;
  'POST /lanes/:id/pause': LanePauses;
  'POST /lanes/:id/resume': LanePauses;
  'POST /lanes/:id/send-anyway': LanePauses;
  'POST /lanes/:id/send-now': LaneDeparture;
  'POST /lanes/:id/force': LaneDeparture;
  'POST /lanes/:id/deletions/confirm': DecidedDeletions;
  'POST /lanes/:id/deletions/drop': DecidedDeletions;
  'POST /lanes/:id/test': TestAnswer[];
  'GET /lanes/:id/test-answers': TestAnswer[];
  'GET /devices': Device[];
  /** A stream of NDJSON, with nothing around it. */
  'GET /devices/export': string;
  'POST /devices/erase': { erased: number };
  'GET /devices/:id': DeviceDetail;
  'GET /imports': DeviceImport[];
  'POST /imports': DeviceImport;
  'GET /imports/:id': ImportDetail;
  'POST /imports/:id/lines': DeviceImport;
  'DELETE /devices/:id': { id: string };
  'PUT /devices/:id/test-device': Pick<Device, 'id' | 'testName'>;
  'POST /devices/:id/test': TestResult;
}

export type AdminRoute = keyof Answers;

/** What stands beside `data`, as `meta`. */
export interface Metas {
  'GET /acts': PageMeta;
  'GET /pushes': PageMeta;
  'GET /devices': DevicesMeta;
  'GET /imports': PageMeta;
  'GET /imports/:id': ImportMeta;
}
