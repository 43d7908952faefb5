import { acts } from './acts';
import { apps } from './apps';
import { credentials } from './credentials';
import { devices } from './devices';
import { entries } from './entries';
import { imports } from './imports';
import { lanes } from './lanes';
import { moving } from './moving';
import { overview } from './overview';
import { pushes } from './pushes';
import { triggers } from './triggers';

/** By the names that the routes use; the content API has controllers of its own in the same plugin. */
export const adminApiControllers = {
  'admin-overview': overview,
  'admin-entries': entries,
  'admin-acts': acts,
  'admin-apps': apps,
  'admin-credentials': credentials,
  'admin-triggers': triggers,
  'admin-pushes': pushes,
  'admin-lanes': lanes,
  'admin-devices': devices,
  'admin-imports': imports,
  'admin-moving': moving,
};
