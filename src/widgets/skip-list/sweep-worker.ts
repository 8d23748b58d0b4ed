import { serveSweep } from '../../sweep/serve.ts';
import { costSweep } from './sweep.ts';

serveSweep(costSweep);
