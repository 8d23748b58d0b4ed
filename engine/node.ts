// The public API for Node: everything portable, and files in a directory.
//
//     import { nodeFiles, open } from './engine/node.ts';
//     const db = await open({ files: nodeFiles('data') });

export { nodeFiles } from './env/files-node.ts';
export * from './index.ts';
