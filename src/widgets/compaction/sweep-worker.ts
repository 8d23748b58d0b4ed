import { serveSweep } from '../../sweep/serve.ts';
import { againstFanout, againstRuns } from './sweeps.ts';

serveSweep(againstRuns, againstFanout);
