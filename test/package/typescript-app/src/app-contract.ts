import type {
  BackgroundPushPayload,
  ChangesAnswer,
  ContentApiError,
  ContentChangesAnswer,
  DeviceAnswer,
  RegistrationAnswer,
  SnapshotAnswer,
} from 'strapi-plugin-background-push/strapi-server';

/** What a woken app asks for; null: there is nothing that it does not have. */
export function requestFor({ content }: BackgroundPushPayload, applied: number): string | null {
  if ('refresh' in content) return '/api/background-push/snapshot';
  const isKnown = 'changes' in content && content.changes.length === 0;
  return isKnown ? null : `/api/background-push/changes?epoch=${content.epoch}&since=${applied}&to=${content.rev}`;
}

export const proofOf = ({ data }: RegistrationAnswer) => ({ id: data.id, headers: { 'x-device-secret': data.secret } });

export const isRefused = ({ data }: DeviceAnswer): boolean => data.apns.state === 'refused';

export const withdrawn = ({ data }: ChangesAnswer): string[] =>
  data.filter(({ action }) => action === 'unpublish' || action === 'delete').map(({ path }) => path ?? '');

export const gone = ({ data }: ContentChangesAnswer) => data.filter(({ content }) => content === null);

export const titles = ({ data }: SnapshotAnswer): unknown[] => data.map(({ content }) => content?.title);

export const codesOf = ({ error }: ContentApiError): string[] => error.details.errors?.map(({ code }) => code) ?? [];
