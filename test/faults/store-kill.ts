// Writes to an LMDB store until it is killed. Prints "<writer> <place>" for each acknowledged write.
// Arguments: directory, round.
import { writeSync } from 'node:fs';
import { systemClock } from '../../server/clock.js';
import { lmdbWithin } from '../../server/stores/lmdb.js';
import { plannedWrite, SMALL_CHECKPOINTS, WRITERS } from './kill-plan.js';

const [path = '', round = ''] = process.argv.slice(2);

const store = await lmdbWithin(
  { path },
  SMALL_CHECKPOINTS,
)({
  clock: systemClock,
  onError: (error) => {
    throw error;
  },
});
await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));

async function write(writer: number): Promise<never> {
  for (let place = 1; ; place++) {
    await store.write(`round ${round} writer ${writer}`, plannedWrite(writer, place));
    // Straight into the pipe: what is acknowledged stays acknowledged when the process dies.
    writeSync(1, `${writer} ${place}\n`);
  }
}
