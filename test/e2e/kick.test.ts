import { AdminService } from '@polywire/protocol/polywire.admin.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { connect } from '@polywire/sdk';
import { createServer, tcp, ws } from '@polywire/server';
import { expect, it } from 'vitest';

it.each(['ws', 'tcp'])('a client on %s that was kicked is told why and does not come back', async (wire) => {
  const server = await createServer({ listeners: [ws({ port: 0 }), tcp({ port: 0 })] });
  const url = server.addresses.find((address) => address.startsWith(`${wire}:`)) as string;
  const operator = await connect(server.addresses[0] as string);
  const client = await connect(url, { clientId: 'CS001' });
  const admin = operator.use(AdminService);
  const { sessions } = await admin.listSessions({ clientId: 'CS001' });
  const sessionId = sessions[0]?.sessionId as string;
  expect(await admin.kick({ sessionId, reason: 'moved to another server' })).toEqual({ kicked: true });
  const reason = await client.closed();
  expect(reason?.code).toBe(ErrorCode.CANCELLED);
  expect(reason?.message).toContain('moved to another server');
  expect(client.state).toBe('closed');
  await expect.poll(() => server.stats()).toMatchObject({ sessions: 1, sessionsParked: 0 });
  await operator.close();
  await server.close({ drainMs: 0 });
});
