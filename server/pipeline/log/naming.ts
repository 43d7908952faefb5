import type { ActNaming } from './act';
import type { Subject } from './changes';
import type { Version, Versions } from './versions';

/** Documents of one locale, as apps know them. */
const keyOf = ({ documentId, locale }: Version): string => JSON.stringify([documentId, locale]);

/** Says of rows that were written what it means to apps. */
export function createNaming({ acts, versions }: { acts: ActNaming; versions: Versions }) {
  /** What an entry that is public no more is called; null: the act does not say. */
  function nameOf(uid: string, { documentId }: Version): Subject['action'] | null {
    switch (acts.of(uid, documentId)?.action) {
      case 'delete':
        return 'delete';
      case 'unpublish':
      // Publishing takes the old published row away first; the new one follows in the same transaction.
      case 'publish':
        return 'unpublish';
      default:
        return null;
    }
  }

  return {
    /** @returns one subject for each entry that is public now, or was and is no more; none for drafts */
    async subjects(uid: string, before: readonly Version[], after: readonly Version[]): Promise<Subject[]> {
      const shown = new Map(after.filter(({ published }) => published).map((version) => [keyOf(version), version]));
      const gone = new Map(
        before
          .filter((version) => version.published && !shown.has(keyOf(version)))
          .map((version) => [keyOf(version), version]),
      );
      const subject = ({ documentId, locale }: Version, action: Subject['action']): Subject => ({
        contentType: uid,
        documentId,
        locale,
        action,
      });
      const subjects = [...shown.values()].map((version) => subject(version, 'publish'));
      const unnamed: Version[] = [];
      for (const version of gone.values()) {
        const action = nameOf(uid, version);
        if (action) subjects.push(subject(version, action));
        else unnamed.push(version);
      }
      if (unnamed.length === 0) return subjects;
      // Past the Document Service: what is left of the document says whether it was unpublished or deleted.
      const left = new Map<string, boolean>();
      for (const version of await versions.ofDocuments(uid, [
        ...new Set(unnamed.map(({ documentId }) => documentId)),
      ])) {
        left.set(keyOf(version), version.published || left.get(keyOf(version)) === true);
      }
      for (const version of unnamed) {
        const published = left.get(keyOf(version));
        subjects.push(subject(version, published === undefined ? 'delete' : published ? 'publish' : 'unpublish'));
      }
      return subjects;
    },
  };
}

export type Naming = ReturnType<typeof createNaming>;
