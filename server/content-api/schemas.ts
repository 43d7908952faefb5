import { BACKGROUND_REFRESH, ENVIRONMENTS } from '../admin-api/contract';
import { z } from '@strapi/utils';
import {
  findCaseTwins,
  isPublicId,
  MAX_TAG_LENGTH,
  MAX_TAGS,
  normalizeLocale,
  normalizeToken,
  TAG_PATTERN,
} from '../devices';
import { BUNDLE_ID_RULE, isBundleId } from '../apps/bundle-id';
import { CURSOR_LENGTH, MAX_CONTENT_LIMIT } from '../content';
import { MAX_FEED_LIMIT } from '../feed';
import { ofList, ofText } from '../http/lengths';

/**
 * What may be sent, field by field. Messages complete a sentence that begins with the field's name. The same schemas
 * document the routes, so they check and do not transform: JSON Schema cannot say what a transformation makes.
 */

const EPOCH_LENGTH = 64;

const app = z
  .string({ error: 'must be the bundle id of your app, as text' })
  .refine(isBundleId, { error: `must be ${BUNDLE_ID_RULE}` });

/** Apple's word in an app's entitlement for what its servers call sandbox. */
export const DEVELOPMENT = 'development';

const environment = z.enum([...ENVIRONMENTS, DEVELOPMENT], {
  error:
    'must be "production" or "sandbox" (or Apple\'s word for it, "development"): what the app was signed for (aps-environment)',
});

const token = z
  .string({ error: 'must be the device token as hex text' })
  .refine((text) => normalizeToken(text) !== null, {
    error: 'must be the device token as hex: two digits per byte, 8 to 256 bytes',
  });

const locale = z
  .string({ error: 'must be a language tag like "en" or "pt-BR", or null' })
  .refine((text) => normalizeLocale(text) !== null, { error: 'must be a language tag like "en" or "pt-BR"' })
  .nullable();

const TAG_RULE = `must be 1 to ${MAX_TAG_LENGTH} characters of A-Z a-z 0-9 . _ : -`;
const tags = z
  .array(z.string({ error: TAG_RULE }).max(MAX_TAG_LENGTH, ofText(TAG_RULE)).regex(TAG_PATTERN, { error: TAG_RULE }), {
    error: 'must be a list of texts',
  })
  .max(MAX_TAGS, ofList(`must be at most ${MAX_TAGS}`))
  .refine((list) => findCaseTwins(list) === null, { error: 'must not hold two tags that differ only in case' });

const replacedId = z
  .string({ error: 'must be the id of your earlier registration' })
  .refine(isPublicId, { error: 'must be the id of your earlier registration' });

const epoch = z
  .string({ error: 'must be the epoch of your last answer, given once' })
  .min(1, ofText('must be the epoch of your last answer'))
  .max(EPOCH_LENGTH, ofText(`must be at most ${EPOCH_LENGTH} characters`))
  // An epoch of any life of the log is answered; it only has to be a word.
  .regex(/^[\x21-\x7e]*$/, { error: 'must be a word of ASCII characters' });

/** What an app says of the content it has. */
const REPORT = {
  /** Up to where it holds everything; the column is 32 bits wide. */
  rev: z
    .int({ error: 'must be the revision that your app has applied, a whole number' })
    .min(0, { error: 'must not be negative' })
    .max(2 ** 31 - 1, { error: 'must be a revision of an answer of the feed' })
    .optional(),
  epoch: epoch.optional(),
  backgroundRefresh: z
    .enum(BACKGROUND_REFRESH, {
      error: 'must be "available", "denied" or "restricted" (UIApplication.backgroundRefreshStatus)',
    })
    .optional(),
};

const wokenBy = z
  .int({ error: 'must be the "rev" of the push that woke your app, a whole number' })
  .min(0, { error: 'must not be negative' })
  .optional();

type Report = { rev?: number; epoch?: string; wokenBy?: number };

/** A revision means nothing without its epoch, and a push is told by its revision. */
function checkReport({ rev, epoch, wokenBy }: Report, context: z.RefinementCtx): void {
  const wrong = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
  if (rev !== undefined && epoch === undefined) wrong('epoch', 'must be sent with "rev", as the feed answered both');
  if (epoch !== undefined && rev === undefined) wrong('rev', 'must be sent with "epoch", as the feed answered both');
  if (wokenBy !== undefined && rev === undefined) wrong('rev', 'must be sent with "wokenBy": what your app holds now');
}

export const REGISTRATION = z
  .strictObject({
    app,
    environment,
    token,
    locale: locale.optional(),
    tags: tags.optional(),
    /** Of the registration that this one replaces; its secret comes in the header. */
    id: replacedId.optional(),
    ...REPORT,
  })
  .superRefine(checkReport);

/** Milliseconds since the epoch; what is smaller counts seconds. */
const time = z
  .int({ error: 'must be milliseconds since 1970, a whole number' })
  .min(100_000_000_000, { error: 'must be milliseconds since 1970, not seconds' })
  .max(8_640_000_000_000_000, { error: 'must be milliseconds since 1970' })
  .nullable();

/** A line of a file of devices: a registration without what only its app knows. */
export const MOVED_DEVICE = z.strictObject({
  app,
  environment,
  token,
  locale: locale.optional(),
  tags: tags.optional(),
  registeredAt: time.optional(),
  seenAt: time.optional(),
});

export const DEVICE_CHANGES = z
  .strictObject({ token: token.optional(), locale: locale.optional(), tags: tags.optional(), ...REPORT, wokenBy })
  .superRefine(checkReport);

/** Fifteen digits are exact in every JSON reader. */
const revision = z
  .string({ error: 'must be given once' })
  .regex(/^\d{1,15}$/, { error: 'must be a whole number from 0' });

const limit = z
  .string({ error: 'must be given once' })
  .regex(/^[1-9]\d{0,3}$/, { error: `must be a whole number from 1 to ${MAX_FEED_LIMIT}` })
  .refine((text) => Number(text) <= MAX_FEED_LIMIT, { error: `must be at most ${MAX_FEED_LIMIT}` });

const contentLimit = z
  .string({ error: 'must be given once' })
  .regex(/^[1-9]\d{0,2}$/, { error: `must be a whole number from 1 to ${MAX_CONTENT_LIMIT}` })
  .refine((text) => Number(text) <= MAX_CONTENT_LIMIT, { error: `must be at most ${MAX_CONTENT_LIMIT}` });

/** Names in one text, separated by commas: a list has one spelling then, and one place in a cache. */
const names = (most: number, what: string) =>
  z
    .string({ error: 'must be given once' })
    .max(most * 100, ofText(`must be at most ${most} ${what}, separated by commas`))
    .regex(/^[^,\s]+(,[^,\s]+)*$/, { error: `must be ${what}, separated by commas` })
    .refine((text) => text.split(',').length <= most, { error: `must be at most ${most} ${what}` });

const locales = names(20, 'locales');
const types = names(50, 'UIDs of content types');
const include = z.literal('content', { error: 'must be "content"' });
const scope = z
  .string({ error: 'must be given once' })
  .regex(/^[\w-]{1,64}$/, { error: 'must be the scope of your last answer' });

/** Values in a query string are texts. Unknown ones pass: a newer app may ask an older server. */
export const FEED_QUERY = z
  .object({
    app,
    epoch: epoch.optional(),
    since: revision.optional(),
    to: revision.optional(),
    limit: limit.optional(),
    include: include.optional(),
    scope: scope.optional(),
    locale: locales.optional(),
    contentType: types.optional(),
  })
  .superRefine((query, context) => {
    const problem = feedQueryProblem(query);
    if (problem) context.addIssue({ code: 'custom', path: [problem.field], message: problem.message });
  });

function feedQueryProblem(query: { epoch?: string; since?: string; to?: string; include?: string; limit?: string }) {
  if (query.include !== undefined && Number(query.limit ?? 1) > MAX_CONTENT_LIMIT) {
    return { field: 'limit', message: `must be at most ${MAX_CONTENT_LIMIT} with "include"` };
  }
  if (query.since !== undefined && query.epoch === undefined) {
    return { field: 'epoch', message: 'must be sent with "since": a revision means nothing without its epoch' };
  }
  if (query.to === undefined) return null;
  if (query.since === undefined) {
    return { field: 'since', message: 'must be sent with "to": the revision your app has applied' };
  }
  if (Number(query.to) < Number(query.since)) {
    return { field: 'to', message: 'must not be below "since": your app is already past it' };
  }
  return null;
}

export const SNAPSHOT_QUERY = z.object({
  app,
  cursor: z
    .string({ error: 'must be given once' })
    .max(CURSOR_LENGTH, ofText('must be the cursor of your last answer'))
    .regex(/^[\w-]+$/, { error: 'must be the cursor of your last answer' })
    .optional(),
  type: z.string({ error: 'must be given once' }).max(255, ofText('must be the UID of a content type')).optional(),
  limit: contentLimit.optional(),
  epoch: epoch.optional(),
  scope: scope.optional(),
  rev: revision.optional(),
});

/** As the REST API answers the entry. */
const CONTENT = z.record(z.string(), z.unknown());

/** For documentation only: what comes back, and numbers as numbers. */
export const DOCUMENTED = {
  deviceId: z.uuid(),
  query: {
    app,
    epoch: epoch.optional(),
    since: z.int().min(0).optional(),
    to: z.int().min(0).optional(),
    limit: z.int().min(1).max(MAX_FEED_LIMIT).optional(),
    include: include.optional(),
    scope: scope.optional(),
    locale: locales.optional(),
    contentType: types.optional(),
  },
  snapshotQuery: {
    app,
    cursor: z.string().optional(),
    type: z.string().optional(),
    limit: z.int().min(1).max(MAX_CONTENT_LIMIT).optional(),
    epoch: epoch.optional(),
    scope: scope.optional(),
    rev: z.int().min(0).optional(),
  },
  registered: z.object({
    data: z.object({ id: z.uuid(), secret: z.string(), epoch: z.string(), rev: z.int().min(0) }),
  }),
  updated: z.object({
    data: z.object({
      id: z.uuid(),
      epoch: z.string(),
      rev: z.int().min(0),
      apns: z.object({ state: z.enum(['untried', 'accepted', 'refused']), at: z.iso.datetime().nullable() }),
    }),
  }),
  changes: z.object({
    data: z.array(
      z.object({
        rev: z.int().min(0),
        contentType: z.string().nullable(),
        documentId: z.string().nullable(),
        locale: z.string().nullable(),
        action: z.enum(['publish', 'unpublish', 'delete', 'refresh']),
        at: z.iso.datetime(),
        path: z.string().nullable(),
        content: CONTENT.nullable().optional(),
      }),
    ),
    meta: z.object({
      epoch: z.string(),
      rev: z.int().min(0),
      since: z.int().min(0).nullable(),
      more: z.boolean(),
      reset: z.boolean(),
      scope: z.string().optional(),
      withheld: z.array(z.string()).optional(),
    }),
  }),
  snapshot: z.object({
    data: z.array(
      z.object({
        contentType: z.string(),
        documentId: z.string(),
        locale: z.string().nullable(),
        content: CONTENT.optional(),
      }),
    ),
    meta: z.object({
      epoch: z.string(),
      rev: z.int().min(0),
      scope: z.string(),
      withheld: z.array(z.string()),
      cursor: z.string().nullable(),
      more: z.boolean(),
      reset: z.boolean(),
    }),
  }),
};
