import { serve } from '../code/serve.ts';
import { harness } from './fold-case-harness.ts';

serve(harness);
