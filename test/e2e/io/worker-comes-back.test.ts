import { IoService } from '@polywire/protocol/polywire.io.v1';
import { PolywireError } from '@polywire/sdk';
import { FakeClock } from '@polywire/sdk/testing';
import { expect, it } from 'vitest';
import { NativePeer } from '../../kit/native-peer.js';
import { bytes, join, startServer, text } from './io-client.js';
import { ManualWorker } from './worker.js';

/** An asker, and a worker that was given its task. */
async function working(at: number, clock?: FakeClock) {
  const server = await startServer({ session: { heartbeatMs: 0 }, ...(clock !== undefined && { clock }) });
  const address = server.addresses[at] as string;
  const peer = await NativePeer.open(address, { clientId: 'w' });
  const worker = new ManualWorker(peer.use(IoService), 'print');
  await expect.poll(() => worker.said).toEqual(['ready']);
  const asker = await join(server);
  const outcome: string[] = [];
  asker.io.request({ worker: 'print' }, { timeoutMs: 60_000 }).then(
    ({ payload }) => outcome.push(text(payload)),
    (thrown: unknown) => outcome.push(PolywireError.from(thrown).codeName),
  );
  await expect.poll(() => worker.tasks.length).toBe(1);
  const { sessionId, resumeToken } = peer.welcome;
  const hello = { clientId: 'w', resume: { sessionId, resumeToken } };
  return { address, peer, hello, outcome, taskId: worker.tasks[0] as string };
}

it.each([0, 1])('a worker that goes on while its old connection seems to stand loses no task (%i)', async (at) => {
  const { address, peer, hello, outcome, taskId } = await working(at);
  const again = await NativePeer.open(address, hello);
  expect(again.welcome.resumed).toBe(true);
  await peer.closed;
  const worker = new ManualWorker(again.use(IoService), 'print');
  await expect.poll(() => worker.said).toEqual(['ready']);
  expect(outcome).toEqual([]);
  worker.finish(taskId, bytes('printed'));
  await expect.poll(() => outcome).toEqual(['printed']);
  again.close();
});

it('one that goes on and does not offer itself again is lost', async () => {
  const clock = new FakeClock();
  const { address, hello, outcome, peer } = await working(0, clock);
  const again = await NativePeer.open(address, hello);
  await peer.closed;
  expect(outcome).toEqual([]);
  clock.advance(5_000);
  await expect.poll(() => outcome).toEqual(['WORKER_LOST']);
  again.close();
});

it.each([0, 1])(
  'one whose connection was lost is lost at once: whoever asked need not wait for it (%i)',
  async (at) => {
    const { peer, outcome } = await working(at, new FakeClock());
    peer.drop();
    await expect.poll(() => outcome).toEqual(['WORKER_LOST']);
  },
);
