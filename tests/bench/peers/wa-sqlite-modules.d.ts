// What the benchmark uses of wa-sqlite, whose own declarations cover none of these files.

declare module 'wa-sqlite/dist/wa-sqlite.mjs' {
  const createModule: (options: { locateFile: () => string }) => Promise<object>;
  export default createModule;
}

declare module 'wa-sqlite/src/examples/AccessHandlePoolVFS.js' {
  export class AccessHandlePoolVFS {
    static create(folder: string, module: object): Promise<AccessHandlePoolVFS>;
    jDelete(path: string, syncDirectory: number): number;
  }
}

declare module 'wa-sqlite/src/sqlite-api.js' {
  export const SQLITE_ROW: number;
  export const SQLITE_DONE: number;

  export interface Sqlite {
    vfs_register(vfs: object, makeDefault: boolean): number;
    open_v2(file: string): Promise<number>;
    close(database: number): Promise<number>;
    exec(database: number, sql: string, row?: (values: unknown[]) => void): Promise<number>;
    statements(
      database: number,
      sql: string,
      options: { unscoped: boolean },
    ): AsyncIterable<number>;
    bind_blob(statement: number, index: number, bytes: Uint8Array): number;
    step(statement: number): Promise<number>;
    reset(statement: number): Promise<number>;
    finalize(statement: number): Promise<number>;
    column_blob(statement: number, column: number): Uint8Array;
    libversion(): string;
  }

  export function Factory(module: object): Sqlite;
}
