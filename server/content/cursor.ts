import { z } from '@strapi/utils';

/** Where a walk through a snapshot stands. Not secret: whoever sends it gets what its requester may read. */
export interface Cursor {
  appId: number;
  epoch: string;
  /** The head of the log when the walk began: from here the app goes on with the changes. */
  rev: number;
  scope: string;
  /** The `type` that the walk was asked for; null: all. */
  only: string | null;
  /** The content type it is in, and the last document that was read of it. */
  type: string;
  documentId: string;
}

/** Longer than any that is given out. */
export const CURSOR_LENGTH = 1_024;

const WIRE = z.strictObject({
  v: z.literal(1),
  a: z.int().min(1),
  e: z.string().max(64),
  r: z.int().min(0),
  s: z.string().max(64),
  o: z.string().max(255).nullable(),
  t: z.string().max(255),
  d: z.string().max(255),
});

export function writeCursor({ appId, epoch, rev, scope, only, type, documentId }: Cursor): string {
  const wire: z.infer<typeof WIRE> = { v: 1, a: appId, e: epoch, r: rev, s: scope, o: only, t: type, d: documentId };
  return Buffer.from(JSON.stringify(wire)).toString('base64url');
}

/** @returns null for what was never given out */
export function readCursor(text: string): Cursor | null {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
  const wire = WIRE.safeParse(value);
  if (!wire.success) return null;
  const { a, e, r, s, o, t, d } = wire.data;
  return { appId: a, epoch: e, rev: r, scope: s, only: o, type: t, documentId: d };
}
