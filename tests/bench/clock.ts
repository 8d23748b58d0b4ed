// What a timed loop is timed by: the wall, as a user would, or (`--cpu`, in Node) the processor
// time of the thread that calls the store.
//
// On a busy machine the wall mostly says who was let run. The thread's own time doesn't, but it leaves out
// what a store waits for and what its other threads do, so it is for finding out where we stand while others
// work, and for nothing that is published.

export const CPU_CLOCK = 'BENCH_CPU_CLOCK';

interface Timed {
  env?: Record<string, string | undefined>;
  threadCpuUsage?: () => { user: number; system: number };
}

const timed = (globalThis as { process?: Timed }).process;
const usage = timed?.env?.[CPU_CLOCK] ? timed.threadCpuUsage : undefined;

/** Milliseconds since some moment. */
export const clockMs: () => number = usage
  ? () => {
      const { user, system } = usage();
      return (user + system) / 1000;
    }
  : () => performance.now();
