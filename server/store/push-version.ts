/**
 * The meaning of push and shard rows that this code knows. A process leaves rows above its own version to the newer
 * processes that wrote them: during a rolling update both work on one database.
 */
export const PUSH_VERSION = 2;
