import type { Page } from '../feed';
import type { Front } from './front';
import type { ApiContext } from './guard';
import { sendPage } from './send-page';

export interface PageAnswer {
  page: Page;
  cacheControl: string;
  /** Whether anybody may keep it at all. */
  isKept: boolean;
  /** Where what shared caches may keep is kept too; null: they may not. */
  front: Front | null;
}

/** Sends a page, or that the asker has it already. */
export function answerPage(ctx: ApiContext, { page, cacheControl, isKept, front }: PageAnswer): void {
  front?.keep(ctx, page, cacheControl);
  sendPage(ctx, page, cacheControl, isKept);
}
