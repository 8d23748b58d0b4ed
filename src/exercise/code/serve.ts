// The worker's side of a code exercise. An exercise's own worker is two lines:
//
//     import { serve } from '../code/serve.ts';
//     serve(harness);
//
// The reader's code becomes a module of its own, with nothing written before it, so
// that a line in a stack trace is a line in the editor. It runs when the page sends it,
// which the page does when the reader presses Run, and never otherwise.

import { type Answer, type CodeMessage, type Harness, runCase, thrownText } from './harness.ts';

interface Port {
  postMessage(message: CodeMessage): void;
  onmessage: ((event: MessageEvent<string>) => void) | null;
}

/** Waits for the code, runs all cases with it, and says how each went. */
export function serve(harness: Harness): void {
  const port = self as unknown as Port;
  const post = port.postMessage.bind(port);
  port.onmessage = ({ data }) => void judge(harness, data, post);
  post({ kind: 'ready' });
}

type Post = (message: CodeMessage) => void;

async function judge({ functionName, cases }: Harness, code: string, post: Post): Promise<void> {
  const url = URL.createObjectURL(moduleOf(code, functionName));
  const lineOf = (thrown: unknown) => lineIn(thrown, url);
  const answer = await load(url).catch((thrown: unknown) => post(broken(thrown, lineOf(thrown))));
  if (answer === undefined) return;
  if (answer === null) return post(missing(functionName));
  for (const one of cases) {
    post({ kind: 'begin', title: one.title });
    post({ kind: 'case', result: runCase(one, answer, lineOf) });
  }
  post({ kind: 'end' });
}

function moduleOf(code: string, functionName: string): Blob {
  const exported = `export default typeof ${functionName} === 'function' ? ${functionName} : null;`;
  return new Blob([code, '\n', exported], { type: 'text/javascript' });
}

async function load(url: string): Promise<Answer | null> {
  const module = (await import(/* @vite-ignore */ url)) as { default: Answer | null };
  return module.default;
}

function broken(thrown: unknown, line: number | undefined): CodeMessage {
  const isSyntax = thrown instanceof SyntaxError && line === undefined;
  const message = thrownText(thrown);
  return { kind: 'broken', message, isSyntax, ...(line !== undefined && { line }) };
}

function missing(functionName: string): CodeMessage {
  const message = `Your code declares no function ${functionName}.`;
  return { kind: 'broken', message, isSyntax: false };
}

/** The innermost line of the reader's module in a stack trace. */
function lineIn(thrown: unknown, url: string): number | undefined {
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  const at = stack.indexOf(`${url}:`);
  const line = at < 0 ? Number.NaN : Number.parseInt(stack.slice(at + url.length + 1), 10);
  return Number.isNaN(line) ? undefined : line;
}
