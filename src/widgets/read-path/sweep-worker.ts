import { serveSweep } from '../../sweep/serve.ts';
import { readsByBits, readsByCache } from './sweeps.ts';

serveSweep(readsByCache, readsByBits);
