// What the simulator says: what became of messages, machines and the network.
// Disks speak for themselves (`file.*`, `power.*`, `disk.*`), stamped with their node.

export type SimEvent =
  /** `message` counts all messages of the run from 1. `name` and `note` are for people. */
  | {
      readonly type: 'net.send';
      readonly message: number;
      readonly from: number;
      readonly to: number;
      readonly sizeBytes: number;
      readonly name: string;
      readonly note: string;
      /** When it will arrive if nothing happens to it; absent: it won't. */
      readonly arrivesAtTicks?: number | undefined;
    }
  | {
      readonly type: 'net.deliver';
      readonly message: number;
      readonly from: number;
      readonly to: number;
    }
  | {
      readonly type: 'net.drop';
      readonly message: number;
      readonly from: number;
      readonly to: number;
      readonly reason: DropReason;
    }
  /** It will also arrive a second time, as `copy`. */
  | {
      readonly type: 'net.duplicate';
      readonly message: number;
      readonly copy: number;
      readonly from: number;
      readonly to: number;
      readonly arrivesAtTicks: number;
    }
  | { readonly type: 'net.delay'; readonly message: number; readonly arrivesAtTicks: number }
  | {
      readonly type: 'net.corrupt';
      readonly message: number;
      readonly offset: number;
      readonly bit: number;
    }
  /** The links that are cut now, each `[from, to]`, one way. Empty: all is well. */
  | {
      readonly type: 'net.links';
      readonly severed: readonly (readonly [from: number, to: number])[];
    }
  | { readonly type: 'node.start'; readonly boot: number }
  | { readonly type: 'node.crash' }
  /** Its program threw: an assertion, or an error that it didn't expect. */
  | { readonly type: 'node.fail'; readonly message: string; readonly code: string }
  | { readonly type: 'node.pause' }
  | { readonly type: 'node.resume' }
  /** Each of its steps takes this much longer than it should; 0: none. */
  | { readonly type: 'node.slow'; readonly stepTicks: number }
  /** Its clock runs this much fast (parts in a million), and was moved by `jumpTicks`. */
  | { readonly type: 'node.clock'; readonly ratePpm: number; readonly jumpTicks: number }
  /** `lies`: it says "durable" from now on, and writes nothing. */
  | {
      readonly type: 'node.disk';
      readonly syncTicks: number;
      readonly stuck: boolean;
      readonly lies?: true;
    }
  /** An invariant is broken. `entries`: indexes of the events that show it. */
  | {
      readonly type: 'sim.violation';
      readonly invariant: string;
      readonly message: string;
      readonly entries: readonly number[];
    };

export type DropReason = 'loss' | 'severed' | 'node is down' | 'queue is full' | 'dropped by hand';
