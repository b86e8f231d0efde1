import { describe, expect, it } from 'vitest';
import { useServer } from '../../../test/polywire.js';

const server = useServer();
const node = (script: string) => ['--', process.execPath, '-e', script];

describe('io lock and io unlock', () => {
  it('takes a lock, which stays, and releases it', async () => {
    const taken = await server.polywire(['io', 'lock', 'door', '--ttl', '1m']);
    expect(taken).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\n$/) });
    const token = taken.stdout.trim();
    const refused = await server.polywire(['io', 'lock', 'door']);
    expect(refused).toMatchObject({ code: 5, stdout: '' });
    expect(refused.stderr).toMatch(/^FAILED_PRECONDITION: the lock "door" is held by somebody else\n/);
    expect((await server.polywire(['io', 'unlock', 'door', String(Number(token) + 1)])).code).toBe(5);
    const waiting = server.polywire(['io', 'lock', 'door', '--wait', '30s', '--json']);
    expect(await server.polywire(['io', 'unlock', 'door', token])).toMatchObject({
      code: 0,
      stdout: 'released door\n',
    });
    const next = JSON.parse((await waiting).stdout);
    expect(next).toEqual({ name: 'door', fencingToken: expect.any(Number), ttlMs: 30_000 });
    expect(next.fencingToken).toBeGreaterThan(Number(token));
  });

  it('runs a command while it holds the lock, longer than its time, and ends as it does', async () => {
    const script = 'setTimeout(() => { console.log(process.env.POLYWIRE_FENCING_TOKEN); process.exit(7) }, 2500)';
    const holder = server.start(['io', 'lock', 'job', '--ttl', '1s', ...node(script)]);
    await holder.said('holding "job" with token');
    const next = server.polywire(['io', 'lock', 'job', '--wait', '30s', '--json']);
    const { code, stdout } = await holder.done;
    expect([code, stdout]).toEqual([7, expect.stringMatching(/^\d+\n$/)]);
    expect(JSON.parse((await next).stdout).fencingToken).toBeGreaterThan(Number(stdout));
  });

  it('gives the lock back when the command is interrupted or cannot be run', async () => {
    const holder = server.start(['io', 'lock', 'cut', ...node('setTimeout(() => {}, 60000)')]);
    await holder.said('holding');
    holder.process.kill('SIGTERM');
    expect((await holder.done).code).toBe(143);
    const missing = await server.polywire(['io', 'lock', 'cut', '--', '/no/such/program']);
    expect(missing).toMatchObject({ code: 3, stderr: expect.stringContaining('could not be run') });
    expect((await server.polywire(['io', 'lock', 'cut'])).code).toBe(0);
  });
});
