import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { dialWebSocket, until } from './peer.cases.js';
import { handshake, raw } from './raw-upgrade.cases.js';
import { RecordingHost } from './recording-host.cases.js';
import { type ListenerKind, Stage } from './stage.cases.js';

/** How every WebSocket listener answers HTTP: requests for a WebSocket, and all others. */
export function describeUpgrades(kind: Pick<ListenerKind, 'name' | 'load'>): void {
  describe(`upgrades of ${kind.name}`, () => {
    const stage = new Stage({ ...kind, dial: dialWebSocket });
    afterEach(() => stage.stop());

    it('hands over what the peer asked for, and keeps it', async () => {
      const host = new RecordingHost();
      const listener = await stage.listen(host);
      const webSocket = new WebSocket(
        `ws://127.0.0.1:${listener.port}/ocpp/CS%2001/?token=a%20b&x=1?2`,
        ['one', 'two'],
        {
          headers: { 'X-Station': 'north:1', Authorization: 'Bearer t' },
        },
      );
      webSocket.on('error', () => {});
      await until(() => host.accepted.length === 1, 'accepted');
      await sleep(10);
      const request = host.upgrades[0];
      expect(request?.path).toBe('/ocpp/CS%2001/');
      expect(request?.query).toBe('token=a%20b&x=1?2');
      expect(request?.protocols).toEqual(['one', 'two']);
      expect(request?.header('x-station')).toBe('north:1');
      expect(request?.header('authorization')).toBe('Bearer t');
      expect(request?.header('station')).toBe('');
      webSocket.terminate();
    });

    it.each([
      ['what the host decided', ['one', 'two'], 'two', 'two'],
      ['none when the host decided none', ['one'], undefined, ''],
      ['none when the peer offered none', [], undefined, ''],
      ['none when the host decided what was not offered', [], 'two', ''],
    ])('agrees on a sub-protocol: %s', async (_name, offered, decided, agreed) => {
      const host = new RecordingHost();
      host.decide = () => decided;
      const listener = await stage.listen(host);
      const lines = offered.length === 0 ? [] : [`Sec-WebSocket-Protocol: ${offered.join(', ')}`];
      lines.push('Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits');
      const answer = await raw(listener.port, handshake('/polywire', lines));
      expect(answer).toMatch(/^HTTP\/1\.1 101 /);
      expect(/\r\nsec-websocket-protocol: (.*)\r\n/i.exec(answer)?.[1] ?? '').toBe(agreed);
      expect(answer).not.toMatch(/sec-websocket-extensions/i);
    });

    it('refuses an upgrade with the status and text of the host', async () => {
      const host = new RecordingHost();
      host.decide = () => ({ status: 404, body: 'no such wire\n' });
      const listener = await stage.listen(host);
      const answer = await raw(listener.port, handshake('/nowhere'));
      expect(answer).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
      expect(answer).toMatch(/content-type: text\/plain; charset=utf-8\r\n/i);
      expect(answer).toMatch(/cache-control: no-store\r\n/i);
      expect(answer).toMatch(/\r\n\r\nno such wire\n$/);
      host.decide = () => {
        throw new Error('from upgrade');
      };
      expect(await raw(listener.port, handshake('/'))).toMatch(/^HTTP\/1\.1 500 /);
      expect(host.errors.map((error) => error.message)).toEqual(['from upgrade']);
      expect(listener.connectionCount).toBe(0);
    });

    it('survives a peer that resets while it is refused', async () => {
      const host = new RecordingHost();
      host.decide = () => ({ status: 403, body: 'x'.repeat(8 << 20) });
      const listener = await stage.listen(host);
      const socket = connect(listener.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(handshake('/'));
      await once(socket, 'data');
      socket.pause();
      socket.resetAndDestroy();
      await sleep(50);
      expect(await raw(listener.port, handshake('/'))).toMatch(/^HTTP\/1\.1 403 /);
    });

    it('refuses with 503 what is over the limit on connections', async () => {
      const host = new RecordingHost();
      const listener = await stage.listen(host, { maxConnections: 2 });
      const [first] = await stage.connect(host, listener);
      await stage.connect(host, listener);
      expect(await raw(listener.port, handshake('/polywire'))).toMatch(/^HTTP\/1\.1 503 .*2 connections are open/s);
      expect(host.upgrades.length).toBe(2);
      first.end();
      await until(() => listener.connectionCount === 1, 'room');
      await stage.connect(host, listener);
      expect(listener.connectionCount).toBe(2);
    });

    it('refuses with 503 what comes faster than the limit, until the time is made up for', async () => {
      const host = new RecordingHost();
      const listener = await stage.listen(host, { maxAcceptsPerSecond: 1 });
      const ask = (): Promise<string> => raw(listener.port, handshake('/refuse'));
      const answers = await Promise.all(Array.from({ length: 12 }, ask));
      const refused = answers.filter((answer) => /^HTTP\/1\.1 503 .*too many connections come at once/s.test(answer));
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.length).toBe(12 - host.upgrades.length);
      await sleep(1_100);
      expect(await ask()).not.toMatch(/^HTTP\/1\.1 503 /);
    });

    it('refuses an upgrade on a kept connection after stopAccepting', async () => {
      const host = new RecordingHost();
      const listener = await stage.listen(host);
      const socket = connect(listener.port, '127.0.0.1');
      let answer = '';
      socket.on('data', (piece) => {
        answer += piece.toString();
      });
      socket.on('error', () => {});
      // Half a request keeps the connection from being idle, and so from being closed.
      const request = handshake('/polywire');
      socket.write(request.slice(0, 30));
      await sleep(30);
      listener.stopAccepting();
      socket.write(request.slice(30));
      await until(() => answer !== '', 'an answer');
      expect(answer).toMatch(/^HTTP\/1\.1 503 /);
      socket.destroy();
    });

    it('answers plain HTTP', async () => {
      const host = new RecordingHost();
      const seen: string[] = [];
      host.pages = (path) => {
        seen.push(path);
        if (path === '/fails') throw new Error('from http');
        return path === '/missing' ? undefined : { status: 200, contentType: 'text/html; charset=utf-8', body: 'é1\n' };
      };
      const listener = await stage.listen(host);
      const origin = `http://127.0.0.1:${listener.port}`;
      const page = await fetch(`${origin}/a/b?q=1`);
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(page.headers.get('cache-control')).toBe('no-store');
      expect(page.headers.get('content-length')).toBe('4');
      expect(await page.text()).toBe('é1\n');
      const head = await fetch(`${origin}/`, { method: 'HEAD' });
      expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '4', '']);
      // The head of a page does not block the requests behind it.
      const get = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';
      const both = await raw(listener.port, get.replace('GET', 'HEAD') + get);
      expect(both).toMatch(/^HTTP\/1\.1 200 OK\r\n[^\0]*?\r\n\r\nHTTP\/1\.1 200 OK\r\n[^\0]*\r\n\r\n\xc3\xa91\n$/);
      const missing = await fetch(`${origin}/missing`);
      expect([missing.status, await missing.text()]).toEqual([404, 'nothing is served at /missing\n']);
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
        const refused = await fetch(`${origin}/`, { method, ...(method === 'POST' && { body: 'x'.repeat(100_000) }) });
        expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
        expect(await refused.text()).toBe(`${method} is not served here; use GET\n`);
      }
      const failed = await fetch(`${origin}/fails`);
      expect([failed.status, await failed.text()]).toEqual([500, 'internal error\n']);
      expect(host.errors.map((error) => error.message)).toEqual(['from http']);
      expect(seen).toEqual(['/a/b', '/', '/', '/', '/missing', '/fails']);
      expect(listener.connectionCount).toBe(0);
    });
  });
}
