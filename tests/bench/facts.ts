// What a reader needs to know about a run: the machine and the versions, and nothing
// that tells whose machine it was.

import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

export function machineFacts() {
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: {
      system: `${process.platform} ${process.arch}`,
      processor: cpus()[0]?.model.trim() ?? '',
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      /** Over the last 15 minutes, our own work included: above `cores`, the machine had other work. */
      loadAverage: Math.round((loadavg()[2] as number) * 10) / 10,
    },
  };
}

/** Versions of the peers, as package.json pins them. */
export function peerVersions(): Record<string, string> {
  const file = new URL('./package.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).dependencies;
}
