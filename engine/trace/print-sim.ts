// What the simulator says, as text.

import type { SimEvent } from './events-sim.ts';

type Printers = {
  readonly [T in SimEvent['type']]: (event: Extract<SimEvent, { type: T }>) => string;
};

/** The line of each event, without its type; see print.ts. */
export const SIM_PRINTERS: Printers = {
  'net.send': (e) =>
    `${way(e)} ${e.name}${e.note && ` ${e.note}`} +${e.sizeBytes}${e.arrivesAtTicks === undefined ? '' : ` arrives ${e.arrivesAtTicks}`}`,
  'net.deliver': (e) => way(e),
  'net.drop': (e) => `${way(e)} ${e.reason}`,
  'net.duplicate': (e) => `${way(e)} as #${e.copy} arrives ${e.arrivesAtTicks}`,
  'net.delay': (e) => `#${e.message} arrives ${e.arrivesAtTicks}`,
  'net.corrupt': (e) => `#${e.message} @${e.offset} bit ${e.bit}`,
  'net.links': (e) =>
    e.severed.length === 0 ? 'all' : `without ${e.severed.map(([a, b]) => `${a}>${b}`).join(' ')}`,
  'node.start': (e) => `boot ${e.boot}`,
  'node.crash': () => '',
  'node.fail': (e) => `${e.code} ${e.message}`,
  'node.pause': () => '',
  'node.resume': () => '',
  'node.slow': (e) => `${e.stepTicks} a step`,
  'node.clock': (e) => `rate ${e.ratePpm} jump ${e.jumpTicks}`,
  'node.disk': (e) =>
    `${e.stuck ? 'stuck' : 'moving'}, sync ${e.syncTicks || 'as usual'}${e.lies ? ', lies' : ''}`,
  'sim.violation': (e) => `${e.invariant}: ${e.message} [${e.entries.join(' ')}]`,
};

/** `#12 1>2` */
function way(e: { readonly message: number; readonly from: number; readonly to: number }): string {
  return `#${e.message} ${e.from}>${e.to}`;
}
