import { serve } from '../code/serve.ts';
import { harness } from './expire-harness.ts';

serve(harness);
