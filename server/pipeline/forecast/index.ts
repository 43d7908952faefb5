/** What editors are told beside an entry: what publishing would do, and what became of it. */
export { createForecast, type Forecast } from './forecast';
export { createPreview, type Preview } from './preview';
export { createEntryNews, type EntryNewsReader } from './entry-news';
export { createNews, type NewsReader } from './news';
