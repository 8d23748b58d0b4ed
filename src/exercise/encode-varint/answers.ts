// What the reader begins with, and what solves it. Both are run by the tests.

export const START = `// Gives the bytes of a number from 0 to 4294967295, lowest seven bits first.
// All but the last byte have their highest bit set.
function encodeVarint(value) {
  return [value];
}
`;

export const SOLUTION = `function encodeVarint(value) {
  const bytes = [];
  while (value >= 128) {
    bytes.push((value % 128) + 128);
    value = Math.floor(value / 128);
  }
  bytes.push(value);
  return bytes;
}
`;
