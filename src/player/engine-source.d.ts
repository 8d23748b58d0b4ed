// What vite-engine-source.mjs makes at build time.
declare module 'virtual:engine-source' {
  /** For each event type, the place in the engine that emits it; `line` counts from 1. */
  export const emitters: Readonly<Record<string, { readonly file: string; readonly line: number }>>;
  /** The lines of a file as HTML, fetched when asked for. */
  export const files: Readonly<
    Record<string, () => Promise<{ readonly default: readonly string[] }>>
  >;
}
