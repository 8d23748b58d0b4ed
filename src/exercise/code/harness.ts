// What a code exercise tests, and what comes of it: plain data and pure functions,
// for the page, the worker and Node alike.
//
// A harness names the function that the reader writes, and lists cases. A case drives
// the engine with that function and says what is wrong with the outcome:
//
//     { title: 'every number below 300', run(encode) { ... return undefined } }

/** The reader's function; nothing is known of what it takes and gives. */
// biome-ignore lint/suspicious/noExplicitAny: a reader may write anything
export type Answer = (...given: any[]) => unknown;

export interface Case {
  /** What holds if it passes: "numbers below 128 take one byte". */
  readonly title: string;
  /** Undefined if it passes, else one sentence with the values that show what is wrong. */
  run(answer: Answer): string | undefined;
}

export interface Harness {
  /** The name under which the reader declares the function. */
  readonly functionName: string;
  readonly cases: readonly Case[];
}

export interface CaseResult {
  readonly title: string;
  readonly passed: boolean;
  /** What is wrong. */
  readonly say?: string;
  /** Line of the reader's code that threw, counted from 1. */
  readonly line?: number;
}

/** What a worker says. */
export type CodeMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'begin'; readonly title: string }
  | { readonly kind: 'case'; readonly result: CaseResult }
  | { readonly kind: 'end' }
  /** The code doesn't parse, threw before any case, or declares no such function. */
  | {
      readonly kind: 'broken';
      readonly message: string;
      readonly line?: number;
      readonly isSyntax: boolean;
    };

/** What came of running a reader's code. */
export interface CodeReport {
  /** `stopped`: it took too long. `failed`: the worker could not start. */
  readonly kind: 'ended' | 'broken' | 'stopped' | 'failed';
  /** In their order, up to where it ended. */
  readonly cases: readonly CaseResult[];
  /** Of `broken` and `failed`; of `stopped`, the case that was under way. */
  readonly message?: string;
  readonly line?: number;
}

const MESSAGE_CHARACTERS_MAX = 300;

/** What was thrown, in a length that a page can show. */
export function thrownText(thrown: unknown): string {
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return shortened(text);
}

export function shortened(text: string): string {
  return text.length <= MESSAGE_CHARACTERS_MAX ? text : `${text.slice(0, MESSAGE_CHARACTERS_MAX)}…`;
}

/** Runs one case; what the reader's code throws is a failure of the case. */
export function runCase({ title, run }: Case, answer: Answer, lineOf = noLine): CaseResult {
  try {
    const say = run(answer);
    return say === undefined
      ? { title, passed: true }
      : { title, passed: false, say: shortened(say) };
  } catch (thrown) {
    const line = lineOf(thrown);
    return { title, passed: false, say: thrownText(thrown), ...(line !== undefined && { line }) };
  }
}

function noLine(_thrown: unknown): number | undefined {
  return undefined;
}
