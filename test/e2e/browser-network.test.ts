import { createHmac } from 'node:crypto';
import { type Client, connect } from '@polywire/sdk';
import { createServer, type PolywireServer, ws } from '@polywire/server';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BrowserPages } from '../kit/browser-pages.js';
import { FaultProxy } from '../kit/fault-proxy.js';
import { chromium, findProgram } from '../kit/system-needs.js';

const program = findProgram(chromium);
const SECRET = 'a secret that is long enough: 32 bytes';
const FIRST_TOKEN_MS = 3_000;

/** A small client, as a page has it. It does not come back by itself: only when something wakes it. */
const PAGE = `
import { connect } from '@polywire/sdk/bare';
import { IoServiceCalls } from '@polywire/protocol/polywire.io.v1';
import { KvServiceCalls } from '@polywire/protocol/polywire.kv.v1';
const text = new TextDecoder();
window.states = [];
window.news = [];
window.open = async (url) => {
  const token = () => window.giveToken();
  const client = window.client = await connect(url, { token, reconnect: { firstMs: 1e9, maxMs: 1e9 } });
  (async () => { for await (const { state } of client.status()) window.states.push(state); })();
  (async () => {
    for await (const { event } of client.use(IoServiceCalls).subscribe({ topic: 'news' })) {
      window.news.push(event.$case === 'message' ? text.decode(event.value.payload) : event.$case);
    }
  })().catch((error) => { window.ended = error.codeName; });
};
window.set = (key) => client.use(KvServiceCalls).set({ key }).then(() => 'done', (error) => error.codeName);
window.ready = true;
`;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function jwt(permissions: readonly string[], livesMs: number): string {
  const exp = Math.floor((Date.now() + livesMs) / 1_000);
  const text = `${encode({ alg: 'HS256' })}.${encode({ sub: 'page', permissions, exp })}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

describe.skipIf(program === undefined)('a page whose network comes and goes', () => {
  let pages: BrowserPages;
  let server: PolywireServer;
  let proxy: FaultProxy;
  let writer: Client;
  let page: Page;
  let complaints: readonly string[];
  let tokens: string[];

  beforeAll(async () => {
    pages = await BrowserPages.start(program as string, PAGE);
  }, 60_000);
  afterAll(() => pages?.close());

  beforeEach(async () => {
    server = await createServer({ listeners: [ws({ port: 0 })], auth: { jwt: { secret: SECRET } } });
    const address = new URL(server.addresses[0] as string);
    writer = await connect(address, { token: jwt(['*'], 600_000) });
    proxy = await FaultProxy.start(Number(address.port));
    address.port = String(proxy.port);
    tokens = [jwt(['topic.subscribe'], FIRST_TOKEN_MS)];
    const giveToken = (): string => tokens.shift() ?? jwt(['topic.subscribe', 'kv'], 600_000);
    ({ page, complaints } = await pages.open((made) => made.exposeFunction('giveToken', giveToken)));
    await page.evaluate(`window.open(${JSON.stringify(address.href)})`);
    await expect.poll(news).toEqual(['subscribed']);
  });

  afterEach(async () => {
    await page.evaluate('window.client.close()');
    await page.context().close();
    await proxy.close();
    await writer.close();
    await server.close({ drainMs: 0 });
  });

  const say = (text: string) => writer.io.broadcast({ topic: 'news', payload: new TextEncoder().encode(text) });
  const news = () => page.evaluate('window.news');
  const states = () => page.evaluate('window.states');

  it('goes offline and comes back: replay of what was said meanwhile, in order', async () => {
    await say('before');
    await expect.poll(news).toEqual(['subscribed', 'before']);
    await page.context().setOffline(true);
    // An open WebSocket is not always cut by that.
    proxy.cut();
    await expect.poll(states).toEqual(['connected', 'disconnected']);
    for (const text of ['one', 'two', 'three']) await say(text);
    // The browser itself says that it is online.
    await page.context().setOffline(false);
    await expect.poll(news).toEqual(['subscribed', 'before', 'one', 'two', 'three']);
    expect(await states()).toEqual(['connected', 'disconnected', 'connecting', 'connected']);
    expect(await page.evaluate('window.client.welcome.resumed')).toBe(true);
    await say('after');
    await expect.poll(news).toEqual(['subscribed', 'before', 'one', 'two', 'three', 'after']);
  });

  it('is frozen in the background while its connection breaks, and catches up when it is looked at again', async () => {
    const lifecycle = await page.context().newCDPSession(page);
    await page.evaluate(`
      Object.defineProperty(document, 'visibilityState', { get: () => window.visibility, configurable: true });
      window.show = (visibility) => {
        window.visibility = visibility;
        document.dispatchEvent(new Event('visibilitychange'));
      };
      window.show('hidden');
    `);
    await lifecycle.send('Page.setWebLifecycleState', { state: 'frozen' });
    proxy.cut();
    await say('while it slept');
    await lifecycle.send('Page.setWebLifecycleState', { state: 'active' });
    await expect.poll(states).toEqual(['connected', 'disconnected']);
    // Hidden is no reason to come back.
    await page.evaluate(`window.show('hidden')`);
    expect(await states()).toEqual(['connected', 'disconnected']);
    await page.evaluate(`window.show('visible')`);
    await expect.poll(news).toEqual(['subscribed', 'while it slept']);
    expect(await states()).toEqual(['connected', 'disconnected', 'connecting', 'connected']);
  });

  it('asks for a new token before the old one ends, and gives it over the live socket', async () => {
    expect(await page.evaluate(`window.set('a')`)).toBe('PERMISSION_DENIED');
    await expect.poll(() => page.evaluate(`window.set('a')`), { timeout: 10_000 }).toBe('done');
    expect(tokens).toEqual([]);
    expect(await states()).toEqual(['connected']);
    expect(proxy.accepted).toBe(1);
  });

  it('writes nothing to the console', async () => {
    await say('before');
    await expect.poll(news).toEqual(['subscribed', 'before']);
    await page.evaluate('window.client.close()');
    await expect.poll(states).toEqual(['connected', 'closed']);
    expect(await page.evaluate('window.ended')).toBe('CANCELLED');
    expect(complaints).toEqual([]);
  });
});
