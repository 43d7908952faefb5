/**
 * Published content as Strapi's REST API would answer it to the same requester: beside the changes of the feed, and whole
 * as a snapshot.
 */
export { createContent, type Content } from './content';
export { MAX_CONTENT_LIMIT, type ContentAnswer, type ContentRequest, type Requester } from './answers';
export type { ContentMeta, SnapshotMeta } from './page-types';
export { createOwners, type FoundOwners, type Owner, type Owners } from './owners';
export { checkContent, type ContentProblem } from './check-content';
export { CURSOR_LENGTH } from './cursor';
export type { SnapshotQuery } from './snapshot';
export type { Attribute, Auth, Entry, Link, Model, PublishedRow, StrapiContent } from './strapi-content';
