import { serveSweep } from '../../sweep/serve.ts';
import { falsePositiveMap, falsePositives } from './sweeps.ts';

serveSweep(falsePositives, falsePositiveMap);
