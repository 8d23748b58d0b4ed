// The layout tables of a version edit, for the page that prints them.

export { EditHeader, EditTable } from '../../../engine/index.ts';
