// The same loads into a log-structured tree and into a B-tree, step by step.
//
// 1. Every event is stamped with who said it: node 1 is the store, node 2 the B-tree, 0 the client.
// 2. Only what changes the shape of either is told, and pages and blocks that are read. After each
//    batch, and after some reads, the client says what has been counted so far.

import type { EngineEvent } from '../../../engine/index.ts';
import type { Context } from '../../player/scenario.ts';
import type { Counted } from './counted-files.ts';
import { BTreeSide, LsmSide, type Side, type Sizes } from './sides.ts';
import { type Load, SCAN_KEYS, type Step, Workload } from './workload.ts';

export type BothAction = ({ readonly do: 'open' } & Sizes) | ({ readonly do: 'load' } & Load);

export type ClientEvent =
  | ({ readonly type: 'client.open' } & Sizes)
  | ({ readonly type: 'client.load' } & Load)
  | { readonly type: 'client.write'; readonly keys: number }
  | { readonly type: 'client.get'; readonly key: string }
  | { readonly type: 'client.scan'; readonly from: string; readonly limit: number }
  | {
      readonly type: 'client.measure';
      /** Operations so far: keys written, keys read, scans. */
      readonly operations: number;
      readonly keys: number;
      readonly counted: readonly [lsm: Counted, btree: Counted];
    };

export type BothEvent = EngineEvent | ClientEvent;

const TOLD: ReadonlySet<string> = new Set<EngineEvent['type']>([
  'btree.page.read',
  'btree.page.write',
  'btree.split',
  'btree.merge',
  'btree.commit',
  'btree.vacuum',
  'table.finish',
  'table.block.read',
  'manifest.edit',
  'compaction.begin',
  'compaction.move',
  'compaction.end',
  'store.flush.begin',
  'store.flush.end',
]);

/** Reads between two measurements. */
const READS_MEASURED = 8;

export class BothWorld {
  readonly #context: Context<BothEvent>;
  readonly #workload: Workload;
  #sides: readonly [Side, Side] | undefined;
  #operations = 0;

  constructor(context: Context<BothEvent>) {
    this.#context = context;
    this.#workload = new Workload(context.seed);
  }

  apply(action: BothAction): void {
    if (action.do === 'open') {
      if (this.#sides === undefined) this.#open(action);
    } else if (this.#sides !== undefined) this.#load(this.#sides, action);
  }

  #open({ do: _, ...sizes }: { readonly do: 'open' } & Sizes): void {
    this.#say({ type: 'client.open', ...sizes });
    this.#sides = [new LsmSide(sizes, this.#tell(1)), new BTreeSide(sizes, this.#tell(2))];
    this.#measure(this.#sides);
  }

  #load(sides: readonly [Side, Side], { do: _, ...load }: { readonly do: 'load' } & Load): void {
    this.#say({ type: 'client.load', ...load });
    let unmeasured = 0;
    for (const step of this.#workload.steps(load)) {
      this.#say(said(step));
      for (const side of sides) done(side, step);
      this.#operations += step.do === 'write' ? step.operations.length : 1;
      unmeasured++;
      if (step.do === 'get' && unmeasured < READS_MEASURED) continue;
      this.#measure(sides);
      unmeasured = 0;
    }
    if (unmeasured > 0) this.#measure(sides);
  }

  #measure([lsm, btree]: readonly [Side, Side]): void {
    this.#say({
      type: 'client.measure',
      operations: this.#operations,
      keys: this.#workload.keys,
      counted: [lsm.counted, btree.counted],
    });
  }

  #say(event: ClientEvent): void {
    this.#context.stamp(0, this.#operations);
    this.#context.trace(event);
  }

  #tell(node: number): (event: EngineEvent) => void {
    return (event) => {
      if (!TOLD.has(event.type)) return;
      this.#context.stamp(node, this.#operations);
      this.#context.trace(event);
    };
  }
}

function said(step: Step): ClientEvent {
  if (step.do === 'write') return { type: 'client.write', keys: step.operations.length };
  if (step.do === 'get') return { type: 'client.get', key: step.key };
  return { type: 'client.scan', from: step.from, limit: SCAN_KEYS };
}

/** Does a step on one side. */
export function done(side: Side, step: Step): void {
  if (step.do === 'write') side.write(step.operations);
  else if (step.do === 'get') side.get(step.key);
  else side.scan(step.from, SCAN_KEYS);
}
