import { describe, expect, it } from 'vitest';
import { Link } from './link.js';
import { LinkRegistry } from './link-registry.js';
import type { ConnectionHandler, ListenerHost } from './listener.js';

const STALL_MS = 5_000;
const HIGH_WATER = 65_536;

/** A link whose peer takes bytes when the test says so. */
class TestLink extends Link {
  readonly transport = 'tcp';
  queuedBytes = 0;
  closedWith: number | undefined;
  protected write(bytes: Uint8Array): boolean {
    this.queuedBytes += bytes.length;
    return false;
  }
  protected writeText(): void {}
  protected beginClose(code: number): void {
    this.closedWith = code;
  }
  protected cut(): void {}
}

function open(stallTimeoutMs: number) {
  const options = { host: '', port: 0, maxConnections: 1, maxMessageBytes: 1, maxQueuedBytes: 1 << 20, stallTimeoutMs };
  const host: ListenerHost = {
    accept: () => {
      throw new Error('not asked');
    },
    upgrade: () => ({ status: 404, body: '' }),
    http: () => undefined,
    onError: (error) => {
      throw error;
    },
  };
  const link = new TestLink(new LinkRegistry(options, host), '');
  const slow: number[] = [];
  const handler: ConnectionHandler = {
    onBytes: () => {},
    onText: () => {},
    onWritable: () => {},
    onClose: () => {},
    onHighWater: (bytes) => void slow.push(bytes),
  };
  link.start(() => handler);
  return { link, slow };
}

describe('a reader that takes nothing', () => {
  it('is closed when bytes have waited for it too long', () => {
    const { link } = open(STALL_MS);
    link.send(new Uint8Array(1));
    link.look(1_000);
    link.look(1_000 + STALL_MS - 1);
    expect(link.closedWith).toBeUndefined();
    link.look(1_000 + STALL_MS);
    expect(link.closedWith).toBe(3042);
  });

  it('is not one that takes a little, however much is sent meanwhile', () => {
    const { link } = open(STALL_MS);
    for (let second = 1; second < 60; second++) {
      link.send(new Uint8Array(1_000));
      if (second % 4 === 0) link.queuedBytes -= 1;
      link.look(second * 1_000);
    }
    expect(link.closedWith).toBeUndefined();
    for (let second = 60; second < 70; second++) {
      link.send(new Uint8Array(1_000));
      link.look(second * 1_000);
    }
    expect(link.closedWith).toBe(3042);
  });

  it('is not one for whom nothing waits, or that may wait for ever', () => {
    const idle = open(STALL_MS);
    for (let second = 1; second < 60; second++) idle.link.look(second * 1_000);
    expect(idle.link.closedWith).toBeUndefined();
    const patient = open(0);
    patient.link.send(new Uint8Array(1));
    for (let second = 1; second < 60; second++) patient.link.look(second * 1_000);
    expect(patient.link.closedWith).toBeUndefined();
  });
});

describe('the high-water mark', () => {
  it('is told once, and again after nothing has waited', async () => {
    const { link, slow } = open(0);
    link.send(new Uint8Array(HIGH_WATER));
    link.send(new Uint8Array(1));
    link.send(new Uint8Array(1));
    await Promise.resolve();
    expect(slow).toEqual([HIGH_WATER + 1]);
    link.queuedBytes = 0;
    link.drained();
    link.send(new Uint8Array(HIGH_WATER + 5));
    await Promise.resolve();
    expect(slow).toEqual([HIGH_WATER + 1, HIGH_WATER + 5]);
  });

  it('is also seen when bytes were published past the link', async () => {
    const { link, slow } = open(0);
    link.queuedBytes = HIGH_WATER + 7;
    link.look(1_000);
    link.look(2_000);
    await Promise.resolve();
    expect(slow).toEqual([HIGH_WATER + 7]);
  });
});
