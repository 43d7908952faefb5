import type { AdminSession } from '../integration/admin-session';
import { ARTICLE } from './stage';

const ARTICLES = `/content-manager/collection-types/${ARTICLE}`;
const FIELDS = { title: 'Measured', body: 'Published by the benchmark.' };

/** Somebody who publishes one article after the other, through the Content Manager's endpoint. */
export interface Editor {
  /** Saves so many drafts. */
  write(drafts: number): Promise<void>;
  /** Publishes the next draft. @returns how long the request took, ms */
  publish(): Promise<number>;
}

export function createEditor(admin: AdminSession): Editor {
  const drafts: string[] = [];
  return {
    async write(count) {
      for (let n = 0; n < count; n++) {
        const { data } = await admin.call<{ data: { documentId: string } }>('POST', `${ARTICLES}?locale=en`, FIELDS);
        drafts.push(data.documentId);
      }
    },
    async publish() {
      const documentId = drafts.shift();
      if (documentId === undefined) throw new Error('There is no draft left to publish.');
      const from = performance.now();
      await admin.call('POST', `${ARTICLES}/${documentId}/actions/publish?locale=en`, FIELDS);
      return performance.now() - from;
    },
  };
}

export interface Latencies {
  /** Milliseconds of each publish. */
  with: number[];
  without: number[];
}

/** Publishes in turns, with the plugin and without, so that what the machine does besides meets both alike. */
export async function publishInTurns(editors: { with: Editor; without: Editor }, rounds: number): Promise<Latencies> {
  const latencies: Latencies = { with: [], without: [] };
  for (let n = 0; n < rounds; n++) {
    latencies.with.push(await editors.with.publish());
    latencies.without.push(await editors.without.publish());
  }
  return latencies;
}
