import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from './peer.cases.js';
import { RecordingHost } from './recording-host.cases.js';
import { type ListenerKind, Stage, uwsLoads } from './stage.cases.js';

/** How every listener begins and ends. */
export function describeLifetime(kind: ListenerKind): void {
  describe(`lifetime of ${kind.name}`, () => {
    const stage = new Stage(kind);
    afterEach(() => stage.stop());

    it('says which port is in use', async () => {
      const host = new RecordingHost();
      const first = await stage.listen(host, { port: await stage.freePort() });
      const second = await stage.make(host, { port: first.port });
      await expect(second.listen()).rejects.toMatchObject({
        code: ErrorCode.PORT_IN_USE,
        message: `port ${first.port} on 127.0.0.1 is in use; stop the other program, or change the port of this listener`,
      });
      const elsewhere = await stage.make(host, { host: '192.0.2.1', port: 9 });
      await expect(elsewhere.listen()).rejects.toMatchObject({ code: ErrorCode.CONFIG_INVALID });
    });

    const otherUdpPrograms = [
      [
        'node:dgram with a shareable port',
        "require('node:dgram').createSocket({ type: 'udp4', reuseAddr: true }).on('error', (e) => done(e.code === 'EADDRINUSE' ? 'in use' : e)).bind(PORT, '127.0.0.1', function () { done(this.address().port) })",
      ],
    ] as const;
    const otherTcpPrograms = [
      [
        'node:net',
        "require('node:net').createServer().listen(PORT, '127.0.0.1', function () { done(this.address().port) })",
      ],
      [
        'uWebSockets.js with a shareable port',
        "import('uWebSockets.js').then((u) => u.App().listen('127.0.0.1', PORT, (s) => done(s ? u.us_socket_local_port(s) : 'in use')))",
      ],
    ] as const;
    // TCP and UDP have ports of their own, which are never in each other's way.
    const otherPrograms = kind.transport === 'quic' ? otherUdpPrograms : otherTcpPrograms;
    const runnable = otherPrograms.filter(([name]) => uwsLoads || name.startsWith('node:'));
    it.each(runnable)('shares no port with another process on %s', async (_name, program) => {
      const run = (port: number) => {
        const handler = "process.on('uncaughtException', (e) => done(e.code === 'EADDRINUSE' ? 'in use' : e));";
        const code = `const done = (x) => console.log(x);${handler}${program.replace('PORT', String(port))}`;
        return spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
      };
      const host = new RecordingHost();
      const other = run(await stage.freePort());
      try {
        const [port] = await once(other.stdout, 'data');
        const late = await stage.make(host, { port: Number(port) });
        await expect(late.listen()).rejects.toMatchObject({ code: ErrorCode.PORT_IN_USE });
      } finally {
        other.kill();
      }
      const early = await stage.listen(host, { port: await stage.freePort() });
      const tooLate = run(early.port);
      try {
        const [answer] = await once(tooLate.stdout, 'data');
        expect(String(answer).trim()).toBe('in use');
      } finally {
        tooLate.kill();
      }
    });

    it('stops accepting, then closes, then leaves the port free', async () => {
      const host = new RecordingHost();
      host.react = ({ connection }, bytes) => void connection.send(bytes);
      const port = await stage.freePort();
      const listener = await stage.listen(host, { port });
      const [peer, recorded] = await stage.connect(host, listener);
      listener.stopAccepting();
      listener.stopAccepting();
      await expect(kind.dial(port)).rejects.toThrow();
      peer.send(Buffer.from('still served'));
      await until(() => peer.received.length > 0, 'an echo');
      const closing = recorded.guard(() => listener.close());
      await closing;
      await listener.close();
      expect(recorded.closes).toEqual([{ code: 1006, reason: 'terminated' }]);
      expect(recorded.reentered).toEqual([]);
      expect(listener.connectionCount).toBe(0);
      listener.publish(1, Buffer.from('nobody'));
      await peer.closed;
      const next = await stage.listen(host, { port });
      await stage.connect(host, next);
      expect(next.port).toBe(port);
    });

    it('can be closed from inside a handler, and before it listens', async () => {
      const host = new RecordingHost();
      const listener = await stage.listen(host);
      let closing: Promise<void> | undefined;
      host.react = ({ connection }) => {
        closing = listener.close();
        connection.send(Buffer.from('ignored'));
      };
      const [peer] = await stage.connect(host, listener);
      peer.send(Buffer.from('go'));
      await peer.closed;
      await closing;
      const never = await stage.make(host);
      await never.close();
      expect(host.accepted[0]?.closes.length).toBe(1);
    });
  });
}
