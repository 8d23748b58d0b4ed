// The state machine in memory: a map of keys and values.
//
// It keeps no files of its own. After a crash it begins with the newest snapshot, and the
// log makes the rest of it again. A snapshot is the whole map, written out in the order of
// its keys, so that equal states have equal bytes:
//
//    index u64 | state hash u32 | sessions u32 | keys u32
//    session:  client u32 | request u64 | outcome u8 | has value u8 | size u32 | value
//    key:      size u32 | size of value u32 | key | value

import { layout, type Span, u8, u32, u64, viewOf } from '../base/layout.ts';
import type { Entry, LogIndex } from '../raft/message.ts';
import { ByteReader, ByteWriter } from './byte-cursor.ts';
import { type Answer, decodeCommand, execute, foldState, type KeyValues } from './commands.ts';
import { judge, readSession, type Session, writeSession } from './sessions.ts';
import type { Applied, FrozenState, KeyValue, MachineKind, StateMachine } from './state-machine.ts';

/** What a snapshot of a map begins with. */
export const MapHead = layout('map', {
  index: u64('the last entry that was applied', 'sequence'),
  stateHash: u32('stands for every command applied', 'checksum'),
  sessions: u32('how many sessions follow', 'length'),
  keys: u32('how many keys follow them', 'length'),
});
const SessionHead = layout('session', {
  client: u32('whose session this is'),
  request: u64('the number of its last request', 'sequence'),
  outcome: u8('what it was answered: 1 ok, 2 failed', 'type'),
  hasValue: u8('1: the answer has a value', 'type'),
  valueBytes: u32('bytes of that value', 'length'),
});
const KeyHead = layout('key and value', {
  keyBytes: u32('bytes of the key', 'length'),
  valueBytes: u32('bytes of the value', 'length'),
});

/** Keys and values, by the text of their bytes: one character a byte, which sorts as bytes do. */
class Keys implements KeyValues {
  readonly map = new Map<string, KeyValue>();

  get(key: Uint8Array): Uint8Array | undefined {
    return this.map.get(nameOf(key))?.value;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.map.set(nameOf(key), { key: key.slice(), value: value.slice() });
  }

  delete(key: Uint8Array): void {
    this.map.delete(nameOf(key));
  }

  sorted(): KeyValue[] {
    const names = [...this.map.keys()].sort();
    return names.map((name) => this.map.get(name) as KeyValue);
  }
}

class MapMachine implements StateMachine {
  readonly workDue = false;
  appliedIndex: LogIndex = 0;
  stateHash = 0;
  readonly #keys = new Keys();
  readonly #sessions = new Map<number, Session>();

  apply(entry: Entry): Applied | undefined {
    this.appliedIndex = entry.index;
    if (entry.kind !== 'command') return undefined;
    const command = decodeCommand(entry.data);
    const { client, request, call } = command;
    const verdict = judge(this.#sessions.get(client), request);
    const duplicate = verdict !== 'apply';
    let answer: Answer | undefined;
    if (verdict === 'apply') {
      answer = execute(command, this.#keys);
      this.#sessions.set(client, { request, answer });
    } else if (verdict !== 'stale') answer = verdict;
    this.stateHash = foldState(this.stateHash, entry.data, answer);
    return { client, request, call, duplicate, answer };
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#keys.get(key);
  }

  list(limit: number): KeyValue[] {
    return this.#keys.sorted().slice(0, limit);
  }

  freeze(): FrozenState {
    const bytes = this.#encode();
    const { appliedIndex: index, stateHash } = this;
    return { index, stateHash, parts: [bytes].values(), close() {} };
  }

  work(): void {}

  close(): void {}

  /** Takes over what `freeze` wrote. @throws FERRIS_CORRUPTION */
  load(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes);
    this.appliedIndex = reader.u64();
    this.stateHash = reader.u32();
    const counts = { sessions: reader.u32(), keys: reader.u32() };
    for (let i = 0; i < counts.sessions; i++) {
      const client = reader.u32();
      this.#sessions.set(client, readSession(reader));
    }
    for (let i = 0; i < counts.keys; i++) {
      const [keyBytes, valueBytes] = [reader.u32(), reader.u32()];
      this.#keys.put(reader.raw(keyBytes), reader.raw(valueBytes));
    }
    reader.finish();
  }

  #encode(): Uint8Array {
    const keys = this.#keys.sorted();
    const writer = new ByteWriter(1 << 12);
    writer.u64(this.appliedIndex);
    writer.u32(this.stateHash);
    writer.u32(this.#sessions.size);
    writer.u32(keys.length);
    const sessions = [...this.#sessions].sort(([a], [b]) => a - b);
    for (const [client, session] of sessions) {
      writer.u32(client);
      writeSession(writer, session);
    }
    for (const { key, value } of keys) {
      writer.u32(key.length);
      writer.u32(value.length);
      writer.raw(key);
      writer.raw(value);
    }
    return writer.take();
  }
}

/** The state machine in memory. */
export const MAP_MACHINE: MachineKind = {
  id: 1,
  keepsFiles: false,
  open: () => new MapMachine(),
  restore(_place, parts) {
    const writer = new ByteWriter(1 << 12);
    for (const part of parts) writer.raw(part);
    const machine = new MapMachine();
    machine.load(writer.written);
    return machine;
  },
  discardOthers() {},
};

/** The bytes of a map in a snapshot, named; offsets begin at `offset`. */
export function describeMap(body: Uint8Array, offset: number): Span[] {
  const view = viewOf(body);
  if (body.length < MapHead.size) return [rest(offset, body.length)];
  const sessions = view.getUint32(MapHead.at.sessions, true);
  const keys = view.getUint32(MapHead.at.keys, true);
  const spans = MapHead.spans(view, 0);
  let at = MapHead.size;
  const add = (
    name: string,
    headBytes: number,
    head: Span[],
    parts: readonly number[],
  ): boolean => {
    const bytes = parts.reduce((sum, part) => sum + part, headBytes);
    if (at + bytes > body.length) return false;
    let partAt = at + headBytes;
    const values = parts.map((size, i): Span => {
      const isKey = parts.length === 2 && i === 0;
      const span: Span = {
        ...{ name: isKey ? 'key' : 'value', kind: isKey ? 'key' : 'value' },
        ...{ offset: partAt, size, doc: isKey ? 'the key' : 'the value' },
      };
      partAt += size;
      return span;
    });
    const children = [...head, ...values.filter(({ size }) => size > 0)];
    spans.push({ name, kind: 'header', offset: at, size: bytes, doc: `one ${name}`, children });
    at += bytes;
    return true;
  };
  for (let i = 0; i < sessions && at + SessionHead.size <= body.length; i++) {
    const valueBytes = view.getUint32(at + SessionHead.at.valueBytes, true);
    if (!add('session', SessionHead.size, SessionHead.spans(view, at), [valueBytes])) break;
  }
  for (let i = 0; i < keys && at + KeyHead.size <= body.length; i++) {
    const { keyBytes, valueBytes } = KeyHead.read(view, at);
    if (!add('entry', KeyHead.size, KeyHead.spans(view, at), [keyBytes, valueBytes])) break;
  }
  if (at < body.length) spans.push(rest(at, body.length - at));
  return spans.map((span) => shifted(span, offset));
}

function nameOf(key: Uint8Array): string {
  let name = '';
  for (let i = 0; i < key.length; i++) name += String.fromCharCode(key[i] as number);
  return name;
}

function shifted(span: Span, by: number): Span {
  const { children } = span;
  const offset = span.offset + by;
  if (children === undefined) return { ...span, offset };
  return { ...span, offset, children: children.map((child) => shifted(child, by)) };
}

function rest(offset: number, size: number): Span {
  return { name: 'rest', kind: 'corrupt', offset, size, doc: 'no part of a map' };
}
