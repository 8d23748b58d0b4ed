// Histories that are known to be right or wrong, each named after what happened.

export interface Case {
  readonly name: string;
  readonly verdict: 'linearizable' | 'not linearizable';
  readonly transcript: string;
}

const GOOD: Record<string, string> = {
  'one client, everything in turn': `
    1 a get x
    2 a ok nothing
    3 a put x 1
    4 a ok
    5 a get x
    6 a ok 1
    7 a delete x
    8 a ok
    9 a get x
   10 a ok nothing`,
  'concurrent writes in any order': `
    1 a put x 1
    2 b put x 2
    3 a ok
    4 b ok
    5 c get x
    6 c ok 1`,
  'a read during a write may see it': `
    1 a put x 1
    2 b get x
    3 b ok 1
    4 a ok`,
  'a read during a write may miss it': `
    1 a put x 1
    2 b get x
    3 b ok nothing
    4 a ok`,
  'an unknown write takes effect late': `
    1 a put x 1
    2 a unknown
    3 b put x 2
    4 b ok
    5 c get x
    6 c ok 2
    7 c get x
    8 c ok 1`,
  'an unknown write never takes effect': `
    1 a put x 1
    2 a unknown
    3 b get x
    4 b ok nothing
    5 b get x
    6 b ok nothing`,
  'an unknown read says nothing': `
    1 a put x 1
    2 a ok
    3 b get x
    4 b unknown
    5 c get x
    6 c ok 1`,
  'an unknown compareAndSet took effect': `
    1 a put x 1
    2 a ok
    3 b cas x 1 2
    4 b unknown
    5 c get x
    6 c ok 2`,
  'unknown writes needed one after the other': `
    1 a cas x 1 2
    2 a unknown
    3 b put x 1
    4 b unknown
    5 c get x
    6 c ok 2`,
  'of two unknown writes that do the same, the one that can do it again is spared': `
    1 a put x 0
    2 a ok
    3 b put x 1
    4 b unknown
    5 c cas x 0 1
    6 c unknown
    7 d get x
    8 d ok 1
    9 a put x 5
   10 a ok
   11 d get x
   12 d ok 1`,
  'a failed write is nowhere to be seen': `
    1 a put x 1
    2 a fail
    3 b get x
    4 b ok nothing`,
  'of two compareAndSets one is refused': `
    1 a cas x nothing 1
    2 b cas x nothing 2
    3 a ok done
    4 b ok refused
    5 c get x
    6 c ok 1`,
  'a value that comes back because it was written again': `
    1 a put x 1
    2 a ok
    3 b put x 2
    4 b ok
    5 a put x 1
    6 c get x
    7 c ok 1
    8 a ok`,
  'each key for itself': `
    1 a put x 1
    2 b put y 1
    3 a ok
    4 b ok
    5 a get y
    6 b get x
    7 a ok 1
    8 b ok 1`,
  'a delete of nothing that is needed later': `
    1 a put x 1
    2 b delete x
    3 a ok
    4 b ok
    5 c get x
    6 c ok nothing`,
  'at the same tick, overlapping': `
    5 a put x 1
    5 b get x
    5 b ok nothing
    5 a ok`,
};

const BAD: Record<string, string> = {
  'a stale read after the write returned': `
    1 a put x 1
    2 a ok
    3 b put x 2
    4 b ok
    5 c get x
    6 c ok 1`,
  'a read that misses a write that returned': `
    1 a put x 1
    3 a ok
    4 b get x
    6 b ok nothing`,
  'a lost update': `
    1 a put x 0
    2 a ok
    3 a cas x 0 1
    4 b cas x 0 2
    5 a ok done
    6 b ok done
    7 c get x
    8 c ok 2`,
  'reads going back in time between two clients': `
    1 a put x 1
    2 a ok
    3 a put x 2
    4 b get x
    5 b ok 2
    6 c get x
    7 c ok 1
    8 a ok`,
  'a pending write seen, then unseen': `
    1 a put x 1
    2 a unknown
    3 b get x
    4 b ok 1
    5 b get x
    6 b ok nothing`,
  'two readers disagree on the order of two writes': `
    1 a put x 1
    2 b put x 2
    5 c get x
    6 d get x
    7 c ok 1
    8 d ok 2
    9 c get x
   10 d get x
   11 c ok 2
   12 d ok 1
   13 a ok
   14 b ok`,
  'two readers disagree on which of two writes was last': `
    1 a put x 1
    2 b put x 2
    3 a ok
    4 b ok
    5 c get x
    6 c ok 1
    7 d get x
    8 d ok 2`,
  'a write that failed is visible': `
    1 a put x 1
    2 a fail
    3 b get x
    4 b ok 1`,
  'a compareAndSet under way when another answer is wrong': `
    1 b get x
    2 a cas x 1 2
    3 b ok 7
    4 b put x 1
    5 a ok done
    6 b ok`,
  'a value that nobody wrote': `
    1 a put x 1
    2 a ok
    3 b get x
    4 b ok 7`,
  'a read of what is written only later': `
    1 a get x
    2 a ok 1
    3 b put x 1
    4 b ok`,
  'a compareAndSet that succeeded twice': `
    1 a cas x nothing 1
    2 b cas x nothing 2
    3 a ok done
    4 b ok done`,
  'a compareAndSet refused for no reason': `
    1 a put x 1
    2 a ok
    3 b cas x 1 2
    4 b ok refused`,
  'a compareAndSet that succeeded on what was gone': `
    1 a put x 1
    2 a ok
    3 a put x 2
    4 a ok
    5 b cas x 1 3
    6 b ok done`,
  'a delete that comes undone': `
    1 a put x 1
    2 a ok
    3 b delete x
    4 b ok
    5 c get x
    6 c ok 1`,
  'an unknown write takes effect twice': `
    1 a put x 1
    2 a unknown
    3 b get x
    4 b ok 1
    5 c put x 2
    6 c ok
    7 b get x
    8 b ok 1`,
  'at the same tick, one after the other': `
    5 a put x 1
    5 a ok
    5 b get x
    5 b ok nothing`,
  'one key of two': `
    1 a put x 1
    2 b put y 1
    3 a ok
    4 b ok
    5 c get y
    6 c ok 1
    7 c get x
    8 c ok nothing`,
  'a small fault among much that is right': `
    1 a put x 1
    2 b get x
    3 b ok nothing
    4 a ok
    5 b get x
    6 c put x 2
    7 b ok 1
    8 c ok
    9 a get x
   10 b put x 3
   11 a ok 2
   12 b ok
   13 d put x 4
   14 a get x
   15 d unknown
   16 a ok 3
   17 c get x
   18 c ok 2
   19 c get x
   20 c ok 3
   21 b put x 5
   22 b ok`,
};

function named(cases: Record<string, string>, verdict: Case['verdict']): Case[] {
  return Object.entries(cases).map(([name, transcript]) => ({ name, verdict, transcript }));
}

export const CASES: readonly Case[] = [
  ...named(GOOD, 'linearizable'),
  ...named(BAD, 'not linearizable'),
];
