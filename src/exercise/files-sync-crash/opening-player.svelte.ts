// The player of the page's first figure, shared with the prediction that stands below it.

import { Player } from '../../player/player.svelte.ts';
import { disk } from '../../widgets/disk/scenario.ts';

export const openingPlayer = new Player(disk);
