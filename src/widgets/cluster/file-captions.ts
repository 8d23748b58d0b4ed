// What is said of a server's disk: one sentence for each event of its files.

import type { EngineEvent } from '../../../engine/index.ts';
import { letterOf } from '../../marks/nodes.ts';
import type { Caption } from '../../player/caption.ts';

export function fileCaption(event: EngineEvent, node: number): Caption {
  const who = letterOf(node);
  switch (event.type) {
    case 'file.create':
      return [`${who} begins the file `, { code: event.file }, '.'];
    case 'file.append':
      return [
        `${who} writes ${event.bytes.length} bytes to `,
        { code: event.file },
        `, from byte ${event.offset}. They are `,
        { concept: 'volatile' },
        '.',
      ];
    case 'file.sync':
      return [`${who} asks its disk for `, { code: event.file }, ` up to byte ${event.size}.`];
    case 'file.durable':
      return [
        `The disk of ${who} says that `,
        { code: event.file },
        ' is ',
        { concept: 'durable' },
        ` up to byte ${event.durableBytes}.`,
      ];
    case 'file.delete':
      return [`${who} deletes `, { code: event.file }, '.'];
    case 'directory.sync':
      return [`${who} asks its disk for the names of its files.`];
    case 'directory.durable':
      return [
        `The disk of ${who} says that the names of its files are `,
        { concept: 'durable' },
        '.',
      ];
    default:
      return powerCaption(event, who);
  }
}

function powerCaption(event: EngineEvent, who: string): Caption {
  switch (event.type) {
    case 'power.cut':
      return [`The disk of ${who} has no power.`];
    case 'power.restored':
      return [`The disk of ${who} has power again, and shows what it has.`];
    case 'power.file': {
      const size = event.durableBytes + event.tail.length;
      if (event.outcome === 'vanished')
        return [
          'Of ',
          { code: event.file },
          ` of ${who} not even the name is left: it is `,
          { concept: 'lost' },
          '.',
        ];
      if (event.outcome === 'kept')
        return ['Of ', { code: event.file }, ` ${who} finds ${size} bytes.`];
      return [`${who} finds `, { code: event.file }, ' again, which it had deleted.'];
    }
    case 'disk.rot':
      return [
        `One bit of `,
        { code: event.file },
        ` on the disk of ${who} is `,
        { concept: 'corrupt', text: 'flipped' },
        '.',
      ];
    case 'disk.error':
      return [`The disk of ${who} refuses a ${event.call}: `, { code: event.code }, '.'];
    default:
      return [`${who}: ${event.type}.`];
  }
}
