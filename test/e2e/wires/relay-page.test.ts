import { type Browser, type Page, chromium as playwright } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from '../../../server/create-server.js';
import { ws } from '../../../server/listeners.js';
import type { PolywireServer } from '../../../server/server.js';
import { freePort } from '../../kit/free-port.js';
import { RunningRedis, redisProgram } from '../../kit/run-redis.js';
import { chromium, findProgram } from '../../kit/system-needs.js';
import { until } from './relay-peer.js';

const TOKEN = 'Grüße ✓';
const CHANNEL = 'mempool:ctf_tx';
const program = findProgram(chromium);

describe.skipIf(program === undefined || redisProgram === undefined)("the relay's test page in Chromium", () => {
  let redis: RunningRedis;
  let server: PolywireServer;
  let browser: Browser;
  const complaints: string[] = [];

  let port = 0;
  const start = async (): Promise<void> => {
    server = await createServer({ listeners: [ws({ port })], relay: { redisUrl: redis.url, token: TOKEN } });
  };
  const origin = (): string => `http://127.0.0.1:${new URL(server.addresses[0] as string).port}`;

  beforeAll(async () => {
    redis = await RunningRedis.start();
    // A port of a number: one that was given by the kernel cannot be bound again at once.
    port = await freePort();
    await start();
    const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];
    browser = await playwright.launch({ executablePath: program as string, args });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close({ drainMs: 0 });
    await redis?.remove();
  });

  const open = async (width = 1280): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${origin()}/`);
    return page;
  };
  const connect = async (page: Page, token: string, state: string): Promise<void> => {
    await page.fill('#token', token);
    await page.click('#toggle');
    await page.waitForSelector(`#status[data-state=${state}]`);
  };

  it('connects to its own host, shows what comes as text, and keeps the token out of every URL', async () => {
    const page = await open();
    const urls: string[] = [];
    page.on('request', (request) => urls.push(request.url()));
    page.on('websocket', (webSocket) => urls.push(webSocket.url()));
    await connect(page, TOKEN, 'open');
    await redis.publish('mempool:tx_analysis', '{"n":12345678901234567890}');
    await redis.publish(CHANNEL, '{"a":[1]}');
    await redis.publish(CHANNEL, '<img src=x onerror=alert(1)>');
    // Not with waitForFunction, which the page's policy forbids.
    await until(async () => (await page.locator('#messages li').count()) === 3, 'the messages');
    expect(await page.locator('#messages pre').allTextContents()).toEqual([
      '<img src=x onerror=alert(1)>',
      '{\n  "a": [\n    1\n  ]\n}',
      '{"n":12345678901234567890}',
    ]);
    expect(await page.locator('#messages .channel').allTextContents()).toEqual([
      CHANNEL,
      CHANNEL,
      'mempool:tx_analysis',
    ]);
    expect(await page.locator('#messages img').count()).toBe(0);
    await page.fill('#filter', 'analysis');
    await until(async () => (await page.locator('#messages li').count()) === 1, 'the filter');
    expect(urls).toContain(`${origin().replace('http', 'ws')}/ws`);
    expect(urls.filter((url) => !url.startsWith(origin()) && !url.startsWith(origin().replace('http', 'ws')))).toEqual(
      [],
    );
    expect(decodeURIComponent(urls.join(' '))).not.toContain(TOKEN);
    await page.click('#toggle');
    await page.waitForSelector('#status[data-state=idle]');
    // A violation of the policy would be one.
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('says that a token is wrong, and takes the right one then', async () => {
    const page = await open();
    await connect(page, 'wrong', 'refused');
    expect(await page.textContent('#status-text')).toBe('Refused: the token is wrong');
    await connect(page, TOKEN, 'open');
    await page.close();
  });

  it('says that Redis is away, and connects again to a server that was', { timeout: 40_000 }, async () => {
    const page = await open();
    await connect(page, TOKEN, 'open');
    await redis.kill();
    await page.waitForSelector('#status[data-state=waiting]');
    expect(await page.textContent('#status-text')).toBe('Connected; the server waits for Redis');
    await redis.start();
    await page.waitForSelector('#status[data-state=open]');
    await server.close({ drainMs: 0 });
    await page.waitForSelector('#status[data-state=waiting]');
    await start();
    await page.waitForSelector('#status[data-state=open]');
    await page.close();
  });

  it.each([320, 390, 768, 1280])('fits a screen of %i pixels', async (width) => {
    const page = await open(width);
    await connect(page, TOKEN, 'open');
    await redis.publish(CHANNEL, 'x'.repeat(500));
    await page.waitForSelector('#messages li');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.close();
  });

  it('comes with a strict policy, holds no token, and is there only with a relay', async () => {
    const response = await fetch(`${origin()}/`);
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const all = await Promise.all(
      ['/', '/relay/page.js', '/relay/page.css', '/relay/icon.svg'].map(async (path) => {
        const part = await fetch(origin() + path);
        expect(part.status).toBe(200);
        return await part.text();
      }),
    );
    expect(all.join('\n')).not.toContain(TOKEN);
    expect(all[0]).not.toMatch(/<script>|<style|style=|onclick=/);
    const bare = await createServer({ listeners: [ws({ port: 0 })] });
    const bareOrigin = `http://127.0.0.1:${new URL(bare.addresses[0] as string).port}`;
    for (const path of ['/', '/ws', '/relay/page.js']) expect((await fetch(bareOrigin + path)).status).toBe(404);
    expect(await (await fetch(`${bareOrigin}/readyz`)).json()).toEqual({ status: 'ready', store: 'memory' });
    expect(bare.stats().relay).toBeUndefined();
    await bare.close();
  });
});
