// What the reader begins with, and what solves it. All of it is run by the tests.

export const DELETE_START = `// buckets: one chain each: its first entry, or null
// entry:   { key, value, next }; next is the entry behind it, or null
// bucket:  the one that the key's hash has chosen
// Takes the key out and returns true, or returns false if it isn't there.
function remove(buckets, bucket, key) {
  const first = buckets[bucket];
  if (first === null || first.key !== key) return false;
  buckets[bucket] = null;
  return true;
}
`;

export const DELETE_SOLUTION = `function remove(buckets, bucket, key) {
  let previous = null;
  let entry = buckets[bucket];
  while (entry !== null && entry.key !== key) {
    previous = entry;
    entry = entry.next;
  }
  if (entry === null) return false;
  if (previous === null) buckets[bucket] = entry.next;
  else previous.next = entry.next;
  return true;
}
`;

export const EXPIRE_START = `// table: the engine's hash table. put(key, text), get(key), delete(key)
// now(): the time, in milliseconds
function createCache(table, now) {
  return {
    // With ttlMs, the value is gone that many milliseconds from now.
    put(key, value, ttlMs) {
      table.put(key, value);
    },
    get(key) {
      return table.get(key);
    },
  };
}
`;

export const EXPIRE_SOLUTION = `function createCache(table, now) {
  return {
    put(key, value, ttlMs) {
      const endMs = ttlMs === undefined ? null : now() + ttlMs;
      table.put(key, JSON.stringify([endMs, value]));
    },
    get(key) {
      const kept = table.get(key);
      if (kept === undefined) return undefined;
      const [endMs, value] = JSON.parse(kept);
      if (endMs === null || now() < endMs) return value;
      table.delete(key);
      return undefined;
    },
  };
}
`;

export const FOLD_START = `// table: the engine's hash table. put(key, text), get(key), delete(key),
//        entries() -> [[key, text], ...]
function createStore(table) {
  return {
    put(key, value) {
      table.put(key, value);
    },
    get(key) {
      return table.get(key);
    },
    delete(key) {
      return table.delete(key);
    },
    // All keys, each as it was spelled when it was last put.
    keys() {
      return table.entries().map(([key]) => key);
    },
  };
}
`;

export const FOLD_SOLUTION = `function createStore(table) {
  const fold = (key) => key.toLowerCase();
  return {
    put(key, value) {
      table.put(fold(key), JSON.stringify([key, value]));
    },
    get(key) {
      const kept = table.get(fold(key));
      return kept === undefined ? undefined : JSON.parse(kept)[1];
    },
    delete(key) {
      return table.delete(fold(key));
    },
    keys() {
      return table.entries().map(([, kept]) => JSON.parse(kept)[0]);
    },
  };
}
`;

export const PREFIX_START = `// table: the engine's hash table; entries() -> [[key, value], ...]
// Returns the entries whose keys begin with the prefix, sorted by key.
function scanPrefix(table, prefix) {
  return table.entries();
}
`;

export const PREFIX_SOLUTION = `function scanPrefix(table, prefix) {
  return table
    .entries()
    .filter(([key]) => key.startsWith(prefix))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
`;
