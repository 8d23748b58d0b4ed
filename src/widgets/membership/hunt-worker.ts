// The worker's side of the search: it tells how far it is, and at last what it has found. It is
// ended from outside.

import { type Hunt, type HuntReport, reportOf, startHunt } from './hunt.ts';

/** Between two reports. */
const CHOICES = 50;

interface Port {
  postMessage(report: HuntReport): void;
  onmessage: ((event: MessageEvent<Hunt>) => void) | null;
}

const port = self as unknown as Port;
port.onmessage = ({ data }) => {
  const explorer = startHunt(data);
  while (explorer.work(CHOICES)) port.postMessage(reportOf(explorer));
  port.postMessage(reportOf(explorer));
};
