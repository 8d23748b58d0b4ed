// Streams of bytes, as programs have them, and as the engine makes and takes them.

import { FerrisError } from '../base/errors.ts';

/** What `import` and `restore` read: a stream, or anything that gives bytes one after the other. */
export type ByteStream =
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>;

/**
 * A stream of what `chunks` makes, made when it is asked for and not before: a stream that nobody
 * reads holds nothing. Canceling it ends the generator.
 */
export function toStream(
  chunks: AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const source: UnderlyingDefaultSource<Uint8Array<ArrayBuffer>> = {
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return();
    },
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}

/** The bytes of a stream, piece by piece. @throws FERRIS_INVALID_ARGUMENT for anything else */
export async function* piecesOf(stream: ByteStream): AsyncGenerator<Uint8Array, void, void> {
  const pieces = isReadable(stream) ? readAll(stream) : stream;
  if (typeof pieces !== 'object' || pieces === null || !isIterable(pieces)) throw notAStream();
  for await (const piece of pieces) {
    if (!(piece instanceof Uint8Array)) throw notAStream();
    yield piece;
  }
}

function isReadable(stream: ByteStream): stream is ReadableStream<Uint8Array> {
  return typeof (stream as { getReader?: unknown } | null)?.getReader === 'function';
}

function isIterable(pieces: object): boolean {
  return Symbol.asyncIterator in pieces || Symbol.iterator in pieces;
}

/** Not every browser can iterate over a stream. */
async function* readAll(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = stream.getReader();
  let isDone = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      isDone = done;
      if (done) return;
      yield value;
    }
  } finally {
    if (!isDone) await reader.cancel().catch(() => {}); // the first error says more
  }
}

function notAStream(): FerrisError {
  const message = 'a stream must be a ReadableStream, or something to iterate over, of Uint8Arrays';
  return new FerrisError('FERRIS_INVALID_ARGUMENT', message);
}
