// How much memory each store may use to keep blocks or pages, for those that can be told.
//
// One number for all of them, our own default: a store with a larger cache reads faster, and that
// would say nothing about the store. (LMDB and IndexedDB can't be told. LMDB maps its file and
// has all of the system's page cache; IndexedDB lives in another process with its own caches.)

export const CACHE_BYTES = 32 << 20;
