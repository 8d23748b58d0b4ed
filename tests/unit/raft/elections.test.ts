// Transcripts of elections, named after what they show. See tests/golden/raft.

import { expect, test } from 'vitest';
import { expectGolden } from '../../golden.ts';
import { Cluster } from './cluster.ts';

test('campaign: a server is elected, its no-op is committed, and a command after it', () => {
  const cluster = new Cluster();
  cluster.note('server 1 has heard no leader for long');
  cluster.elect(1);
  cluster.note('a command');
  cluster.propose(1, 'x = 1', 7);
  cluster.settle();
  expect(cluster.server(3).commands).toEqual(['x = 1']);
  expectGolden('raft/campaign.txt', cluster.transcript());
});
