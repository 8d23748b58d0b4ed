// As much of better-sqlite3 as is used; it brings no types of its own.

declare module 'better-sqlite3' {
  type Value = Uint8Array | number | undefined;

  export interface Statement {
    run(...values: Value[]): unknown;
    get(...values: Value[]): unknown;
    all(...values: Value[]): unknown[];
    /** Rows are their first column. */
    pluck(): this;
    /** Rows are arrays. */
    raw(): this;
  }

  export default class Database {
    constructor(file: string);
    exec(sql: string): void;
    pragma(text: string, options: { simple: true }): unknown;
    prepare(sql: string): Statement;
    close(): void;
  }
}
