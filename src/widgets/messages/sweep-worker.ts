import { serveSweep } from '../../sweep/serve.ts';
import { detectionTime, falseSuspicions } from './sweeps.ts';

serveSweep(detectionTime, falseSuspicions);
