import { serve } from '../code/serve.ts';
import { harness } from './harness.ts';

serve(harness);
