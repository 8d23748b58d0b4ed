// What the reader begins with, and what solves it. Both are run by the tests.

export const START = `// cursor: a place among sorted keys.
//   seek(key), seekBefore(key)   to the first key at or after it; to the last one before it
//   next(), prev()               to a neighbor
//   valid                        false beyond either end; only seeks are allowed there
//   key, value                   of the entry it is at
// Returns at most \`limit\` entries [key, value] from start (included) up to end (not
// included), the last one first.
function scanReverse(cursor, start, end, limit) {
  const found = [];
  cursor.seek(start);
  while (cursor.valid && cursor.key < end) {
    found.push([cursor.key, cursor.value]);
    cursor.next();
  }
  return found.reverse().slice(0, limit);
}
`;

export const SOLUTION = `function scanReverse(cursor, start, end, limit) {
  const found = [];
  cursor.seekBefore(end);
  while (cursor.valid && cursor.key >= start && found.length < limit) {
    found.push([cursor.key, cursor.value]);
    cursor.prev();
  }
  return found;
}
`;
