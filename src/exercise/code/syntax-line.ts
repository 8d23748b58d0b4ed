// The line of a syntax error. `import()` rejects without saying where, in every browser;
// a worker whose own script doesn't parse says it in its error event.
//
// Nothing of the code runs here: the first statement throws, on line 1.

const WAIT_MS = 1_000;

/** Undefined if the browser doesn't tell. */
export async function lineOfSyntaxError(code: string): Promise<number | undefined> {
  const script = new Blob(['"use strict"; throw null; ', code], { type: 'text/javascript' });
  const url = URL.createObjectURL(script);
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const worker = new Worker(url);
  const timer = setTimeout(() => resolve(undefined), WAIT_MS);
  worker.onerror = (event) => {
    event.preventDefault();
    const isSyntax = /SyntaxError/.test(event.message);
    resolve(isSyntax && event.lineno > 0 ? event.lineno : undefined);
  };
  const line = await promise;
  clearTimeout(timer);
  worker.terminate();
  URL.revokeObjectURL(url);
  return line;
}
