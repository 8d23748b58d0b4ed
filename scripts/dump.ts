// npm run dump -- FILE [--blocks] [--json] [--max LINES]
//
//   FILE          a log, table, manifest, superblock, Raft log or snapshot, whatever it is called and in whatever state
//   --blocks      one line for each block, record or other part, without the bytes
//   --json        one line of JSON for each part: its tree of named byte ranges
//   --max LINES   stops after so many lines
//
// Damage is named where it is, and everything that can be read around it is shown.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { describeServerFile } from '../engine/cluster/describe-server-file.ts';
import { dumpLines, partsOf } from '../engine/lsm/dump-file.ts';
import { useDeflate } from '../engine/lsm/table/deflate.ts';

useDeflate();

const USAGE = 'Say which file: npm run dump -- FILE [--blocks] [--json] [--max LINES]';

interface Wanted {
  readonly file: string;
  readonly blocks: boolean;
  readonly json: boolean;
  readonly linesMax: number;
}

/** Ends the process: there is nothing to show. */
function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

function wanted(): Wanted {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: {
        blocks: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        max: { type: 'string', default: 'Infinity' },
      },
    });
    const [file] = positionals;
    const linesMax = Number(values.max);
    if (file === undefined || positionals.length > 1 || !(linesMax > 0)) return refuse(USAGE);
    return { file, blocks: values.blocks, json: values.json, linesMax };
  } catch (error) {
    return refuse(`${(error as Error).message}\n${USAGE}`);
  }
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    return refuse(`${file} can't be read: ${(error as Error).message}`);
  }
}

function* jsonLines(name: string, bytes: Uint8Array): Generator<string> {
  for (const { span, unpacked } of partsOf(name, bytes, describeServerFile)) {
    const inside = unpacked && { size: unpacked.bytes.length, span: unpacked.span };
    yield JSON.stringify({ ...span, ...(inside && { unpacked: inside }) });
  }
}

const { file, blocks, json, linesMax } = wanted();
const bytes = read(file);
const name = basename(file);
// Who reads only the head of it closes the pipe: that is no error.
process.stdout.on('error', () => process.exit(0));
let lines = 0;
for (const line of json
  ? jsonLines(name, bytes)
  : dumpLines(name, bytes, blocks, describeServerFile)) {
  if (++lines > linesMax) {
    console.error(`Stopped after ${linesMax} lines; leave out --max to see all.`);
    break;
  }
  process.stdout.write(`${line}\n`);
}
