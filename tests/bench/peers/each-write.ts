// FerrisDB with files whose appends are never lazy: each of its writes goes to the browser by
// itself, as those of SQLite do. It shows what docs/decisions/0014 is worth, and what would be
// without it. In no ratio.

import type { FilesSource, Volume } from '../../../engine/index.ts';
import type { Footprint } from '../peer.ts';
import { WORKLOADS } from '../workloads.ts';
import { Ferris } from './ferris.ts';

const WRITING = ['fillseq', 'fillrandom', 'fillrandom-100', 'overwrite', 'ycsb-a'];
const others = WORKLOADS.filter(({ name }) => !WRITING.includes(name));

export class EachWrite extends Ferris {
  readonly skips = Object.fromEntries(others.map(({ name }) => [name, 'it is as without']));

  constructor(source: FilesSource, footprint: () => Promise<Footprint>) {
    super(eachWrite(source), footprint);
  }
}

/** `source`, with appends that don't wait. */
function eachWrite(source: FilesSource): FilesSource {
  const mount = async (): Promise<Volume> => {
    const volume = await source.mount();
    const { files } = volume;
    const create = files.create.bind(files);
    files.create = (name) => {
      const file = create(name);
      const append = file.append.bind(file);
      file.append = (bytes) => append(bytes);
      return file;
    };
    return volume;
  };
  return { kind: source.kind, name: source.name, mount, destroy: () => source.destroy() };
}
