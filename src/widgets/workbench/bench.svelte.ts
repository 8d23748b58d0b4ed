// The workbench as the page sees it: what state it is in, the last reading, and what can be done.

import type { Tuning, TuningOptions, VerifyReport } from '../../../engine/index.ts';
import { HostLink } from './link.ts';
import { faultOf, LOAD_DEFAULT, type LoadSettings } from './load.ts';
import { defaultTuning, START_OPENING, START_TUNING } from './options.ts';
import { type Point, pointOf, withPoint } from './points.ts';
import type { CallName, Calls, Opened, OpeningOptions, Reading } from './protocol.ts';

const NAME = 'workbench';
/** Readings a second: enough to follow with the eyes, little to draw. */
const READING_MS = 250;
const CALM_READING_MS = 1000;

export type Phase = 'closed' | 'opening' | 'open';

class Bench {
  readonly name = NAME;
  phase: Phase = $state('closed');
  opened: Opened | undefined = $state.raw();
  reading: Reading | undefined = $state.raw();
  points: readonly Point[] = $state.raw([]);
  load: LoadSettings = $state.raw(LOAD_DEFAULT);
  tuning: Tuning = $state.raw({ ...defaultTuning(), ...START_TUNING } as Tuning);
  opening: OpeningOptions = $state.raw(START_OPENING);
  /** What happened last, in a sentence. */
  said = $state('');
  failed = $state(false);
  /** What is under way, for the buttons. */
  doing = $state('');
  loadState: 'none' | 'running' | 'paused' = $state('none');
  #link: HostLink | undefined;

  /** Opens the database if need be, and starts the load. */
  async start(): Promise<void> {
    const fault = faultOf(this.load);
    if (fault !== undefined) return this.#say(fault, true);
    if (this.phase !== 'open') await this.open();
    if (this.phase === 'open' && (await this.#try('startLoad', this.load)))
      this.loadState = 'running';
  }

  async open(): Promise<void> {
    this.phase = 'opening';
    this.#say('Opening …');
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#link = new HostLink(
      (reading) => this.#read(reading),
      (why) => {
        this.loadState = 'none';
        this.#say(`The load has ended. ${why}`, true);
      },
    );
    const { opening, tuning } = this;
    const readingMs = calm ? CALM_READING_MS : READING_MS;
    const opened = await this.#try('open', { name: NAME, opening, tuning, readingMs });
    if (opened === undefined) this.#gone();
    else this.#isOpen(opened.body, 'Open');
  }

  async pause(): Promise<void> {
    if (await this.#try('pauseLoad', undefined)) this.loadState = 'paused';
  }

  async resume(): Promise<void> {
    if (await this.#try('resumeLoad', undefined)) this.loadState = 'running';
  }

  /** Ends the load and closes the database in order. */
  async stop(): Promise<void> {
    if (await this.#try('close', undefined)) this.#gone('Closed. What was written is kept.');
  }

  async destroy(): Promise<void> {
    if (!(await this.#try('destroy', undefined))) return;
    this.#gone('The database is deleted, every file of it.');
    this.reading = undefined;
    this.points = [];
  }

  async crash(): Promise<void> {
    const crashed = await this.#try('crash', undefined, 'crashing');
    if (crashed === undefined) return;
    const { written, recovered, openMs } = crashed.body;
    this.#isOpen(crashed.body, 'Crashed and open again');
    const counts = `Writes: ${number(written)}. Recovered: ${number(recovered)}. Lost: ${number(written - recovered)}.`;
    this.#say(`The store was killed. Opening it again took ${openMs.toFixed(1)} ms. ${counts}`);
  }

  /** Closes and opens it, for the options that are read then. */
  async reopen(opening: OpeningOptions): Promise<string | undefined> {
    this.opening = opening;
    if (this.phase !== 'open') return undefined;
    const opened = await this.#try('reopen', opening, 'opening again');
    if (opened === undefined) return this.said;
    this.#isOpen(opened.body, 'Closed and open again');
    return undefined;
  }

  /** @returns what is wrong with it, if anything is */
  async setOptions(options: TuningOptions): Promise<string | undefined> {
    if (this.phase !== 'open') {
      this.tuning = { ...this.tuning, ...options } as Tuning;
      return undefined;
    }
    const set = await this.#try('setOptions', options);
    if (set === undefined) return this.said;
    this.tuning = set.body;
    return undefined;
  }

  /** The load follows at once, if one is running. */
  async setLoad(load: LoadSettings): Promise<void> {
    this.load = load;
    const fault = faultOf(load);
    if (fault !== undefined) this.#say(fault, true);
    else if (this.failed) this.#say('');
    if (fault === undefined && this.loadState !== 'none') await this.#try('changeLoad', load);
  }

  /** Does something that takes a while, and says how long it took. */
  async run(call: 'flush' | 'compact', doing: string, done: string): Promise<void> {
    const beganMs = performance.now();
    if (await this.#try(call, undefined, doing)) {
      const tookMs = Math.round(performance.now() - beganMs);
      this.#say(`${done} It took ${number(tookMs)} ms.`);
    }
  }

  async hold(call: 'takeSnapshot' | 'releaseSnapshots' | 'holdScan' | 'releaseScans') {
    await this.#try(call, undefined);
  }

  async verify(): Promise<void> {
    const verified = await this.#try('verify', undefined, 'verifying');
    if (verified !== undefined) this.#say(verdictOf(verified.body), !verified.body.sound);
  }

  /** Has the file made, and hands it to the browser as a download. */
  async download(call: 'backup' | 'export', fileName: string): Promise<void> {
    const made = await this.#try(call, undefined, 'copying');
    if (made === undefined) return;
    const url = URL.createObjectURL(made.body);
    const link = Object.assign(document.createElement('a'), { href: url, download: fileName });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    this.#say(`${fileName} has ${number(made.body.size)} bytes.`);
  }

  /** While nobody can see it, nothing is done. */
  hide(hidden: boolean): void {
    if (this.phase === 'open') void this.#link?.call('hide', hidden);
  }

  /** The page goes away. */
  end(): void {
    this.#link?.end();
  }

  #isOpen(opened: Opened, how: string): void {
    this.phase = 'open';
    this.opened = opened;
    this.tuning = opened.tuning;
    const { records, openMs } = opened;
    const found = records === 0 ? '' : ` ${number(records)} records came back from the log.`;
    this.#say(`${how}, in ${openMs.toFixed(1)} ms.${found}`);
  }

  #gone(said?: string): void {
    this.#link?.end();
    this.#link = undefined;
    this.phase = 'closed';
    this.loadState = 'none';
    if (said !== undefined) this.#say(said);
  }

  #read(reading: Reading): void {
    this.points = withPoint(this.points, pointOf(reading, this.reading));
    this.reading = reading;
  }

  #say(said: string, failed = false): void {
    this.said = said;
    this.failed = failed;
  }

  /** @returns the answer, or undefined when it failed: then it is said why */
  async #try<N extends CallName>(
    call: N,
    body: Calls[N]['request'],
    doing = '',
  ): Promise<{ readonly body: Calls[N]['answer'] } | undefined> {
    if (this.#link === undefined) return undefined;
    this.doing = doing;
    try {
      return { body: await this.#link.call(call, $state.snapshot(body) as Calls[N]['request']) };
    } catch (error) {
      this.#say((error as Error).message, true);
      return undefined;
    } finally {
      this.doing = '';
    }
  }
}

/** The one of this page: the figure and its options are islands of their own, and share it. */
export const bench = new Bench();

function verdictOf({ sound, files, tables, entries, bytes, problems }: VerifyReport): string {
  if (sound)
    return `Sound: ${number(files.length)} files, ${number(tables)} tables, ${number(entries)} entries, ${number(bytes)} bytes, every checksum right.`;
  const [first] = problems;
  return `${number(problems.length)} problems. The first: ${first?.file}, ${first?.code}: ${first?.message}`;
}

const number = (value: number) => value.toLocaleString('en');
