// The sentence for each event of the two structures.

import { type EventOf, type Recorded, text } from '../../../engine/index.ts';
import type { Caption } from '../../player/caption.ts';
import type { BothState } from './projection.ts';
import type { BothEvent } from './world.ts';

export function captionOfBoth({ event }: Recorded<BothEvent>, state: BothState): Caption {
  switch (event.type) {
    case 'client.open':
      return [
        `Both are opened, empty. Each may keep ${event.memoryBytes / 1024} KiB in memory; pages of the B-tree have ${event.pageBytes} bytes.`,
      ];
    case 'client.load':
      return [`The client begins: ${event.kind}, ${event.operations} of them, the same for both.`];
    case 'client.write':
      return [`The client writes ${event.keys} keys, and both must make them durable.`];
    case 'client.get':
      return ['The client reads ', { code: event.key }, '.'];
    case 'client.scan':
      return [`The client reads ${event.limit} keys in order, from `, { code: event.from }, ' on.'];
    case 'client.measure':
      return measured(state);
    default:
      return event.type.startsWith('btree.') ? ofTree(event, state) : ofStore(event);
  }
}

function measured({ points }: BothState): Caption {
  const last = points.at(-1);
  if (last === undefined || last.operations === 0) return ['Nothing has been written or read yet.'];
  const { lsm, btree } = last;
  return [
    `After ${last.operations} operations the log-structured tree has written ${lsm.writtenBytes} bytes and read ${lsm.readBytes}, the B-tree ${btree.writtenBytes} and ${btree.readBytes}.`,
  ];
}

function ofTree(event: BothEvent, { tree }: BothState): Caption {
  switch (event.type) {
    case 'btree.page.read':
      return [
        `B-tree: ${nounOf(event.level)} ${event.page} is not in memory. Its page is read, ${event.size} bytes.`,
      ];
    case 'btree.split':
      return [
        `B-tree: a ${wordOf(event.level)} is too full for its page. ${event.left} entries stay, ${event.right} go to a new one, from `,
        { code: text(event.separator) },
        ' on.',
      ];
    case 'btree.merge':
      return [
        `B-tree: a ${wordOf(event.level)} was nearly empty, and is one with its neighbor now.`,
      ];
    case 'btree.page.write':
      return pageWritten(event, tree.file);
    case 'btree.commit':
      return [
        `B-tree: commit ${event.commit}. The root is page ${event.root} from here on; ${event.freed.length} of the pages before are garbage.`,
      ];
    case 'btree.vacuum':
      return [
        `B-tree: a vacuum. What can be reached has been copied to a file of ${event.pages} pages, and the old one is deleted.`,
      ];
    default:
      return [event.type];
  }
}

function pageWritten(event: EventOf<'btree.page.write'>, file: number): Caption {
  const what = `${nounOf(event.level)} ${event.page}`;
  const entries = `${event.entries} ${event.level === 0 ? 'entries' : 'children'}`;
  if (file !== 0 && event.tree !== file)
    return [`B-tree: a vacuum writes ${what}, ${entries}, to a new file.`];
  const instead = event.replaces === 0 ? ', a new one' : `, in place of page ${event.replaces}`;
  return [`B-tree: ${what} is written whole, ${entries}${instead}.`];
}

function ofStore(event: BothEvent): Caption {
  return [`Log-structured: ${storeText(event)}.`];
}

function storeText(event: BothEvent): string {
  switch (event.type) {
    case 'store.flush.begin':
      return `the memtable is full, and is written out as table ${event.table}`;
    case 'table.finish':
      return `table ${event.table} is whole, ${event.entries} entries in ${event.size} bytes`;
    case 'store.flush.end':
      return 'the flush is done, and its log can go';
    case 'manifest.edit':
      return `an edit takes out ${list(event.removed)} and puts in ${list(event.added)}`;
    case 'compaction.begin':
      return `${list(event.inputs)} are merged into level ${event.outputLevel}`;
    case 'compaction.move':
      return `table ${event.table} moves to level ${event.outputLevel}, and nothing is written`;
    case 'compaction.end':
      return `${event.bytesIn} bytes were merged into ${event.bytesOut}`;
    case 'table.block.read':
      return `a block of table ${event.table} is not in memory, and is read, ${event.size} bytes`;
    default:
      return event.type;
  }
}

const wordOf = (level: number) => (level === 0 ? 'leaf' : 'branch');
const nounOf = (level: number) => (level === 0 ? 'leaf' : `branch of level ${level},`);

function list(numbers: readonly number[]): string {
  if (numbers.length === 0 || numbers.length > 6) return `${numbers.length || 'no'} tables`;
  return `table${numbers.length === 1 ? '' : 's'} ${numbers.join(', ')}`;
}
