/** An app that was not opened for so long is often not woken either, or was removed. */
export const NOT_SEEN_MS = 30 * 86_400_000;
