import { serveSweep } from '../../sweep/serve.ts';
import { readShare } from './sweeps.ts';

serveSweep(readShare);
