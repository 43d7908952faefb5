/** Entries as people name them. */
export { createTitles, type MayRead, type StrapiEntries, type Subject, type Title, type Titles } from './titles';
