// The layout tables of a page, for the page that prints them.

export { CommitPage, PageHeader } from '../../../engine/index.ts';
