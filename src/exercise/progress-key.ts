// Where progress is kept, and how the page hears of a change. Apart from progress.ts, because
// every page asks whether there is any, and few go on to read it.

/** The key of the text in the browser's storage. */
export const PROGRESS_KEY = 'ferrisdb.progress';
/** Dispatched on the document when a component of the page has changed the progress. */
export const PROGRESS_EVENT = 'ferrisdb-progress';
