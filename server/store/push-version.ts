/**
 * The meaning of push and shard rows that this code knows. A process leaves rows above its own version to the newer
 * processes that wrote them: during a rolling update both work on one database.
 */
export const PUSH_VERSION = 3;

/** What one without tags in its audience is written as, so that older processes may help with it. */
export const WITHOUT_TAGS = 2;
