// The player of one figure: which branch, which event, and whether it moves by itself.
//
//     branches --run--> entries --fold at cursor--> state --> stage, caption, lenses
//
// `cursor` counts events: at 0 nothing has happened, at n the n-th event is the
// current one. Everything else is derived, so a seek is one assignment. A frame loop
// runs only while the figure plays or tweens, and only while it can be seen.

import { Fold, type Recorded } from '../../engine/index.ts';
import { type Branches, currentBranch, fork, rootBranch, switchTo } from './branches.ts';
import type { Caption } from './caption.ts';
import { type History, type Run, run, scriptOf } from './history.ts';
import type { Refusal } from './link.ts';
import { dwellMs, nextSpeed, type Speed } from './pace.ts';
import type { AnyAction, AnyEvent, Mark, Offer, Scenario } from './scenario.ts';
import { type HashMemory, stateHash } from './state-hash.ts';

const TWEEN_MS = 200;
/** However late a frame is, no more of the run goes by unseen. */
const FRAME_MS_MAX = 100;

/** A mark and where the cursor stands to see it. */
export interface PlacedMark extends Mark {
  readonly cursor: number;
}

export class Player<W, A extends AnyAction, S, E extends AnyEvent> {
  readonly #hashes: HashMemory = new WeakMap();
  readonly scenario: Scenario<W, A, S, E>;
  #branches: Branches<A> = $state.raw() as Branches<A>;
  #run: Run<A, E> = $state.raw() as Run<A, E>;
  #cursor = $state(0);
  #playing = $state(false);
  #speed: Speed = $state(1);
  #t = $state(1);
  /** Where playing by virtual time is, between two events. */
  #clockTicks = $state(0);
  #frameMs = 0;
  #previous: S = $state.raw() as S;
  #refusal: Refusal | undefined = $state.raw();

  readonly #fold = $derived.by(
    () => new Fold(this.scenario.initial, this.scenario.project, this.#run.entries),
  );
  readonly #state = $derived.by(() => this.#fold.at(this.#cursor));
  readonly #caption = $derived.by(() => this.#captionAt(this.#cursor, this.#state));
  readonly #offers = $derived.by(() => this.scenario.offers(this.#state));
  readonly #marks = $derived.by(() => placeMarks(this.scenario, this.#run.entries));

  /** Where playing stops by itself, how long an event is shown, when the next is due. */
  #playEnd = 0;
  #dwellMs = 0;
  #dueMs = 0;
  #tweenFromMs = 0;
  #frame = 0;
  #visible = true;
  #reducedMotion = false;

  constructor(scenario: Scenario<W, A, S, E>) {
    this.scenario = scenario;
    const history = scriptOf(scenario);
    this.#run = run(scenario, history);
    this.#cursor = this.posterCursor;
    this.#previous = this.#state;
    this.#branches = rootBranch(history, 'script', this.#cursor);
  }

  // What is shown.

  /** Events that have happened; `length` at the end. */
  get cursor(): number {
    return this.#cursor;
  }
  get length(): number {
    return this.#run.entries.length;
  }
  get run(): Run<A, E> {
    return this.#run;
  }
  get entries(): readonly Recorded<E>[] {
    return this.#run.entries;
  }
  /** The current event, or undefined before the first. */
  get entry(): Recorded<E> | undefined {
    return this.#run.entries[this.#cursor - 1];
  }
  get state(): S {
    return this.#state;
  }
  /** The state that was on the stage before this one, to draw what lies between. */
  get previous(): S {
    return this.#previous;
  }
  /** From `previous` (0) to `state` (1), eased; 1 at once where motion is reduced. */
  get t(): number {
    return this.#t;
  }
  /** Any state of this run, for pictures that show more than one. */
  stateAt(cursor: number): S {
    return this.#fold.at(cursor);
  }
  get caption(): Caption {
    return this.#caption;
  }
  captionAt(cursor: number): Caption {
    return this.#captionAt(cursor, this.#fold.at(cursor));
  }
  get offers(): readonly Offer<A>[] {
    return this.#offers;
  }
  get marks(): readonly PlacedMark[] {
    return this.#marks;
  }
  get branches(): Branches<A> {
    return this.#branches;
  }
  /** Virtual time: of the current event, or a little later while time goes on. */
  get nowTicks(): number {
    const atTicks = this.entry?.timeTicks ?? 0;
    return this.#playing && !this.#reducedMotion ? Math.max(this.#clockTicks, atTicks) : atTicks;
  }
  get playing(): boolean {
    return this.#playing;
  }
  get speed(): Speed {
    return this.#speed;
  }
  /** Why the link in the address could not be opened. */
  get refusal(): Refusal | undefined {
    return this.#refusal;
  }
  get posterCursor(): number {
    const { poster } = this.scenario;
    return poster ? clamp(poster(this.#run.entries), this.length) : this.length;
  }
  stateHash(): string {
    return stateHash(this.#state, this.#hashes);
  }

  // Moving through a run.

  /** Goes to a place at once and stops playing; `tween` draws the way there. */
  seek(cursor: number, tween = false): void {
    this.pause();
    this.#moveTo(cursor, tween);
  }
  forward(): void {
    this.seek(this.#cursor + 1, true);
  }
  back(): void {
    this.seek(this.#cursor - 1, true);
  }
  nextMark(): void {
    const mark = this.#marks.find(({ cursor }) => cursor > this.#cursor);
    this.seek(mark ? mark.cursor : this.length, true);
  }
  previousMark(): void {
    const mark = this.#marks.findLast(({ cursor }) => cursor < this.#cursor);
    this.seek(mark ? mark.cursor : 0, true);
  }
  /** Plays to the end; from the end, plays again from the start. */
  play(): void {
    if (this.#cursor >= this.length) this.#moveTo(0, false);
    this.#startPlaying(this.length, dwellMs(this.length, false));
  }
  pause(): void {
    this.#playing = false;
  }
  toggle(): void {
    if (this.#playing) this.pause();
    else this.play();
  }
  changeSpeed(): void {
    this.#speed = nextSpeed(this.#speed);
  }

  // Changing what happens.

  /** Does `action` here and plays what comes of it. The branch left is kept. */
  act(action: A): void {
    const before = this.#cursor;
    const { scenario } = this;
    const label = scenario.label(action);
    const forked = fork(this.#branches, this.#run, before, action, label, scenario.shorten);
    this.#show(forked, before);
    this.#startPlaying(this.length, dwellMs(this.length - before, true));
  }
  switchTo(id: number): void {
    this.pause();
    const branches = switchTo(this.#branches, id, this.#cursor);
    this.#show(branches, currentBranch(branches).cursor);
  }
  /** Forgets all branches and goes back to the script, where the page opened. */
  reset(): void {
    this.pause();
    this.#refusal = undefined;
    this.replace(scriptOf(this.scenario), 'script');
    this.#moveTo(this.posterCursor, false);
  }
  /** Shows one history alone: a link's, or one that an exercise asks for. */
  replace(history: History<A>, name: string, cursor = 0): void {
    this.pause();
    this.#show(rootBranch(history, name), cursor);
  }
  /** The fragment of an address that shows this history at this cursor. @throws FERRIS_TOO_LARGE */
  async share(figure: string): Promise<string> {
    const { history } = currentBranch(this.#branches);
    const shared = { history, cursor: this.#cursor };
    const { encodeLink } = await import('./link.ts');
    return encodeLink(figure, shared);
  }
  /** Opens a fragment; a refusal is shown and changes nothing. */
  async open(fragment: string): Promise<void> {
    const { decodeLink } = await import('./link.ts');
    const opened = decodeLink(fragment, this.scenario);
    this.#refusal = opened.ok ? undefined : opened.refusal;
    if (opened.ok) this.replace(opened.shared.history, 'shared', opened.shared.cursor);
  }

  // What the page tells the player.

  setVisible(visible: boolean): void {
    this.#visible = visible;
    if (visible) this.#requestFrame();
  }
  setReducedMotion(reduced: boolean): void {
    this.#reducedMotion = reduced;
  }
  /** Stops the frame loop for good. */
  destroy(): void {
    this.pause();
    this.#visible = false;
    if (this.#frame) cancelAnimationFrame(this.#frame);
  }

  #captionAt(cursor: number, state: S): Caption {
    const entry = this.#run.entries[cursor - 1];
    return entry ? this.scenario.caption(entry, state) : this.scenario.opening;
  }

  #show(branches: Branches<A>, cursor: number): void {
    this.#branches = branches;
    this.#previous = this.#state;
    const { history } = currentBranch(branches);
    if (history !== this.#run.history) this.#run = run(this.scenario, history);
    this.#cursor = clamp(cursor, this.length);
    this.#t = 1;
  }

  #moveTo(cursor: number, tween: boolean): void {
    const target = clamp(cursor, this.length);
    if (target === this.#cursor) return;
    this.#previous = this.#state;
    this.#cursor = target;
    const moves = tween && !this.#reducedMotion;
    this.#t = moves ? 0 : 1;
    this.#tweenFromMs = moves ? performance.now() : 0;
    if (moves) this.#requestFrame();
  }

  #startPlaying(end: number, eachMs: number): void {
    if (this.#cursor >= end) return;
    this.#playEnd = end;
    this.#dwellMs = eachMs;
    this.#dueMs = performance.now();
    this.#frameMs = this.#dueMs;
    this.#clockTicks = this.entry?.timeTicks ?? 0;
    this.#playing = true;
    this.#requestFrame();
  }

  #requestFrame(): void {
    if (this.#frame || !this.#visible || !(this.#playing || this.#t < 1)) return;
    this.#frame = requestAnimationFrame((nowMs) => {
      this.#frame = 0;
      this.#tick(nowMs);
      this.#requestFrame();
    });
  }

  #tick(nowMs: number): void {
    if (this.#t < 1) this.#t = ease((nowMs - this.#tweenFromMs) / TWEEN_MS);
    if (!this.#playing) return;
    const { ticksPerMs } = this.scenario;
    if (ticksPerMs) this.#goOn(nowMs, ticksPerMs);
    else if (nowMs < this.#dueMs) return;
    else {
      this.#dueMs = nowMs + this.#dwellMs / this.#speed;
      this.#moveTo(this.#cursor + 1, true);
    }
    if (this.#cursor >= this.#playEnd) this.pause();
  }

  /** Lets virtual time pass, and does all that happens meanwhile. */
  #goOn(nowMs: number, ticksPerMs: number): void {
    const elapsedMs = Math.min(nowMs - this.#frameMs, FRAME_MS_MAX);
    this.#frameMs = nowMs;
    this.#clockTicks += elapsedMs * ticksPerMs * this.#speed;
    let cursor = this.#cursor;
    while (cursor < this.#playEnd && this.#ticksOf(cursor) <= this.#clockTicks) cursor++;
    this.#moveTo(cursor, false);
  }

  #ticksOf(index: number): number {
    return (this.#run.entries[index] as Recorded<E>).timeTicks;
  }
}

/** For what shows any run, whatever it is about: cursor, events and their captions. */
// biome-ignore lint/suspicious/noExplicitAny: a player is invariant in its world
export type AnyPlayer = Player<any, any, any, any>;

/** The player of a scenario: `PlayerOf<typeof disk>`. */
export type PlayerOf<T> =
  T extends Scenario<infer W, infer A, infer S, infer E> ? Player<W, A, S, E> : never;

function placeMarks<W, A extends AnyAction, S, E extends AnyEvent>(
  scenario: Scenario<W, A, S, E>,
  entries: readonly Recorded<E>[],
): PlacedMark[] {
  return entries.flatMap((entry) => {
    const mark = scenario.mark?.(entry);
    return mark ? [{ ...mark, cursor: entry.index + 1 }] : [];
  });
}

function clamp(cursor: number, length: number): number {
  return Math.min(Math.max(Math.trunc(cursor), 0), length);
}

function ease(progress: number): number {
  const left = 1 - Math.min(Math.max(progress, 0), 1);
  return 1 - left * left * left;
}
