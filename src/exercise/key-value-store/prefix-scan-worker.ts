import { serve } from '../code/serve.ts';
import { harness } from './prefix-scan-harness.ts';

serve(harness);
