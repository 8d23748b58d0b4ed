// A stream of bytes as a Blob, which browsers may keep on the disk: only a few MiB of it are in
// memory while it is made.

const PART_BYTES = 8 << 20;

export async function blobOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Blob> {
  const reader = stream.getReader();
  let whole = new Blob();
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (value !== undefined) {
      chunks.push(value);
      bytes += value.length;
    }
    if (done || bytes >= PART_BYTES) {
      whole = new Blob([whole, ...chunks], { type: 'application/octet-stream' });
      chunks = [];
      bytes = 0;
    }
    if (done) return whole;
  }
}
