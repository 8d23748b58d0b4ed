// Which record is asked for next, when few are asked for often: the zipfian choice of YCSB
// (Cooper et al., "Benchmarking Cloud Serving Systems with YCSB", SoCC 2010), by the method
// of Gray et al. ("Quickly Generating Billion-Record Synthetic Databases", SIGMOD 1994).
//
// The record of rank r is chosen in proportion to 1 / r^0.99. Ranks are scattered over the keys
// by a hash, so that the popular records don't lie side by side.

import type { Random } from '../../engine/base/random.ts';

const THETA = 0.99; // YCSB's constant

/** @returns a function that draws record numbers below `count` */
export function zipfian(count: number, random: Random): () => number {
  const zetaN = zeta(count);
  const alpha = 1 / (1 - THETA);
  const eta = (1 - (2 / count) ** (1 - THETA)) / (1 - zeta(2) / zetaN);
  return () => {
    const u = random.u32() / 2 ** 32;
    const uz = u * zetaN;
    if (uz < 1) return scattered(0, count);
    if (uz < 1 + 0.5 ** THETA) return scattered(1, count);
    return scattered(Math.floor(count * (eta * u - eta + 1) ** alpha), count);
  };
}

function zeta(count: number): number {
  let sum = 0;
  for (let rank = 1; rank <= count; rank++) sum += 1 / rank ** THETA;
  return sum;
}

const scattered = (rank: number, count: number) => (Math.imul(rank + 1, 0x9e3779b1) >>> 0) % count;
