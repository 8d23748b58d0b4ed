import { serve } from '../code/serve.ts';
import { harness } from './delete-harness.ts';

serve(harness);
