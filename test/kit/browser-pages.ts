import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { build } from 'esbuild';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';
import { root } from '../rules/source-files.js';

/** Nothing but the page's own script, no eval, and WebSockets to this machine. */
const CSP = "default-src 'none'; script-src 'self'; connect-src ws://127.0.0.1:*";

const READY_MS = 10_000;

/** A page that was opened, and what its console and its script complained about. */
export interface OpenPage {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** Headless Chromium with a page that runs one bundled script under a strict content security policy. */
export class BrowserPages {
  readonly #browser: Browser;
  readonly #server: Server;

  private constructor(browser: Browser, server: Server) {
    this.#browser = browser;
    this.#server = server;
  }

  /**
   * @param program path of Chromium
   * @param source the page's script, which may import packages of the workspace
   */
  static async start(program: string, source: string): Promise<BrowserPages> {
    const { outputFiles } = await build({
      stdin: { contents: source, resolveDir: root, sourcefile: 'page.js' },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      absWorkingDir: root,
    });
    const script = outputFiles[0]?.text ?? '';
    const server = createServer((request, response) => {
      const isScript = request.url === '/page.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.setHeader('content-security-policy', CSP);
      response.end(isScript ? script : '<!doctype html><script type="module" src="/page.js"></script>');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const args = [
      'no-sandbox',
      'disable-gpu',
      'disable-background-networking',
      'disable-component-update',
      'disable-sync',
    ];
    const browser = await playwright.launch({ executablePath: program, args: args.map((name) => `--${name}`) });
    return new BrowserPages(browser, server);
  }

  /** Opens the page, in a context of its own, and waits until its script has run. */
  async open(prepare: (page: Page) => Promise<unknown> = async () => {}): Promise<OpenPage> {
    const context = await this.#browser.newContext();
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await prepare(page);
    await page.goto(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`);
    // Not waitForFunction: it would have the page evaluate text, which the policy forbids.
    const untilMs = Date.now() + READY_MS;
    while (!(await page.evaluate('window.ready'))) {
      if (Date.now() > untilMs) throw new Error(`the page is not ready: ${complaints.join('; ')}`);
      await setTimeout(20);
    }
    return { page, complaints };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.close();
  }
}
