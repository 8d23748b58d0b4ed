// The layout tables of a table file, for pages that print them.

export { BlockTrailer, Footer, IndexRecord } from '../../../engine/index.ts';
