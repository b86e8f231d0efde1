import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@polywire/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrowserPages } from '../kit/browser-pages.js';
import { FaultProxy } from '../kit/fault-proxy.js';
import { type RunningServer, runServer } from '../kit/run-server.js';
import { chromium, findProgram } from '../kit/system-needs.js';
import { root } from '../rules/source-files.js';

const program = findProgram(chromium);

/** What the page runs: the same calls that a user writes. */
const PAGE = `
import { connect } from '@polywire/sdk';
import { connectOnce } from '@polywire/sdk/once';
import { KvServiceCalls } from '@polywire/protocol/polywire.kv.v1';
const text = new TextDecoder(), bytes = new TextEncoder();
window.run = async (url) => {
  const client = await connect(url, { clientId: 'browser' });
  await client.kv.set({ key: 'from-browser', value: bytes.encode('Grüße') });
  const { found, value } = await client.kv.get({ key: 'from-browser' });
  await client.data.store({ key: 'station', value: new Uint8Array([0, 255]) });
  const seen = [];
  const watching = (async () => {
    for await (const { event } of client.kv.watch({ prefix: 'watched/' })) {
      if (event.$case === 'watching') await client.kv.set({ key: 'watched/1', value: bytes.encode('x') });
      else { seen.push(event.value.entry.key); break; }
    }
  })();
  await watching;
  const failure = await client.kv.get({ key: 'k'.repeat(1025) }).catch((error) => error.codeName);
  const { keys } = await client.data.listKeys({});
  await client.close();
  return { found, value: text.decode(value), seen, failure, keys };
};
window.follow = async (url) => {
  const seen = window.seen = [];
  const client = await connect(url, { token: () => 'token', reconnect: { firstMs: 1e9, maxMs: 1e9 } });
  (async () => { for await (const { state } of client.status()) seen.push(state); })();
  for await (const { event } of client.io.subscribe({ topic: 'news' })) {
    if (event.$case !== 'message') continue;
    seen.push(text.decode(event.value.payload));
    if (seen.at(-1) === 'last') break;
  }
  seen.push(client.welcome.resumed);
  await client.close();
};
window.once = async (url) => {
  const client = await connectOnce(url, { clientId: 'once' });
  const kv = client.use(KvServiceCalls);
  await kv.set({ key: 'once', value: bytes.encode('Grüße') });
  const seen = [];
  for await (const { event } of kv.watch({ prefix: 'once/' })) {
    if (event.$case === 'watching') await kv.set({ key: 'once/1', value: bytes.encode('x') });
    else { seen.push(event.value.entry.key); break; }
  }
  const { value } = await kv.get({ key: 'once' });
  const failure = await kv.get({ key: 'k'.repeat(1025) }).catch((error) => error.codeName);
  window.lost = client.closed().then((error) => error.codeName);
  return { value: text.decode(value), seen, failure, clientId: client.welcome.clientId };
};
window.refused = (url) => connect(url, { connectTimeoutMs: 2000 }).then(() => 'connected', (error) => error.codeName);
window.ready = true;
`;

describe.skipIf(program === undefined)('the SDK in headless Chromium', () => {
  let pages: BrowserPages;
  let server: RunningServer;

  beforeAll(async () => {
    server = await runServer({ store: 'memory' });
    pages = await BrowserPages.start(program as string, PAGE);
  }, 60_000);

  afterAll(async () => {
    await pages?.close();
    await server?.stop();
  });

  it('stores, reads, watches and fails with a code, under a strict content security policy', async () => {
    const { page, complaints } = await pages.open();
    expect(await page.evaluate(`window.run(${JSON.stringify(server.wsUrl)})`)).toEqual({
      found: true,
      value: 'Grüße',
      seen: ['watched/1'],
      failure: 'KEY_TOO_LONG',
      keys: ['station'],
    });
    expect(complaints).toEqual([]);
    expect(await page.evaluate(`window.refused('ws://127.0.0.1:9')`)).toBe('UNAVAILABLE');
    await page.close();
  });

  it('does the same over one connection with connectOnce(), and says why that ended', async () => {
    const target = new URL(server.wsUrl);
    const proxy = await FaultProxy.start(Number(target.port));
    target.port = String(proxy.port);
    const { page, complaints } = await pages.open();
    expect(await page.evaluate(`window.once(${JSON.stringify(target.href)})`)).toEqual({
      value: 'Grüße',
      seen: ['once/1'],
      failure: 'KEY_TOO_LONG',
      clientId: 'once',
    });
    proxy.cut();
    expect(await page.evaluate('window.lost')).toBe('UNAVAILABLE');
    expect(complaints).toEqual([]);
    await page.close();
    await proxy.close();
  });

  it('comes back as soon as the browser is online, and misses nothing', async () => {
    const target = new URL(server.wsUrl);
    const proxy = await FaultProxy.start(Number(target.port));
    target.port = String(proxy.port);
    const writer = await connect(server.wsUrl);
    const say = (text: string) => writer.io.broadcast({ topic: 'news', payload: new TextEncoder().encode(text) });
    const { page } = await pages.open();
    const sees = (what: string) =>
      expect.poll(() => page.evaluate(`window.seen?.includes(${JSON.stringify(what)})`)).toBe(true);
    const followed = page.evaluate(`window.follow(${JSON.stringify(target.href)})`);
    await expect.poll(async () => (await say('first')).receivers).toBe(1);
    await sees('first');
    proxy.refuses = true;
    proxy.cut();
    await sees('disconnected');
    await say('meanwhile');
    proxy.refuses = false;
    await page.evaluate(`window.dispatchEvent(new Event('online'))`);
    await sees('meanwhile');
    await say('last');
    await followed;
    const seen = (await page.evaluate('window.seen')) as unknown[];
    expect(seen.filter((what, at) => what !== 'first' || seen[at - 1] !== 'first')).toEqual([
      'connected',
      'first',
      'disconnected',
      'connecting',
      'connected',
      'meanwhile',
      'last',
      true,
      'closed',
    ]);
    await page.close();
    await writer.close();
    await proxy.close();
  });

  it('runs what the README shows for browsers', async () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const section = readme.slice(readme.indexOf('\n## In a browser\n'));
    const [, code = '', output] = /```js\n([\s\S]*?)```\n\n```output\n([\s\S]*?)\n```/.exec(section) ?? [];
    const here = code.replace('ws://127.0.0.1:8080/polywire', server.wsUrl);
    const shown = await BrowserPages.start(program as string, `${here}window.ready = true;\n`);
    const { complaints: said } = await shown.open();
    expect(said).toEqual([output]);
    await shown.close();
  });
});
