import { serveSweep } from '../../sweep/serve.ts';
import { latencyAgainstGroup, waitingForCompany } from './sweeps.ts';

serveSweep(latencyAgainstGroup, waitingForCompany);
