import { Buffer } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Link } from './link.js';
import { LinkRegistry } from './link-registry.js';
import { Recorded, RecordingHost } from './recording-host.cases.js';
import { defaults } from './stage.cases.js';

/** A link whose socket is a number of queued bytes. */
class FakeLink extends Link {
  readonly transport = 'tcp';
  queuedBytes = 0;
  /** What `queuedBytes` is after the next write. */
  next = 0;

  protected write(): boolean {
    this.queuedBytes = this.next;
    return this.next === 0;
  }
  protected writeText(): void {
    this.queuedBytes = this.next;
  }
  reason = '';
  protected beginClose(_code: number, reason: string): void {
    this.reason = reason;
  }
  protected cut(): void {
    this.ended(1006, '');
  }
}

function startLink(): { link: FakeLink; registry: LinkRegistry; recorded: Recorded } {
  const host = new RecordingHost();
  const registry = new LinkRegistry(defaults, host);
  const link = new FakeLink(registry, '127.0.0.1:1');
  const recorded = new Recorded(link, host);
  link.start(() => recorded);
  return { link, registry, recorded };
}

describe('Link', () => {
  it('tells that it is writable when a later send flushed everything and no event follows', async () => {
    const { link, recorded } = startLink();
    link.next = 100_000;
    expect(recorded.guard(() => link.send(Buffer.alloc(1)))).toBe(false);
    link.next = 1000;
    expect(recorded.guard(() => link.send(Buffer.alloc(1)))).toBe(true);
    await sleep(0);
    expect(recorded.writableCalls).toBe(0);
    link.next = 0;
    expect(recorded.guard(() => link.send(Buffer.alloc(1)))).toBe(true);
    await sleep(0);
    expect([recorded.writableCalls, recorded.reentered]).toEqual([1, []]);
    link.drained();
    expect(recorded.writableCalls).toBe(1);
  });

  it.each([
    ['short', 'short'],
    ['x'.repeat(123), 'x'.repeat(123)],
    ['x'.repeat(124), 'x'.repeat(123)],
    ['é'.repeat(80), 'é'.repeat(61)],
    [`${'x'.repeat(120)}😀`, 'x'.repeat(120)],
  ])('cuts a reason to what a close frame holds: %s', (reason, sent) => {
    const { link } = startLink();
    link.close(3000, reason);
    expect(link.reason).toBe(sent);
    link.terminate();
  });

  it('counts texts like bytes', () => {
    const { link } = startLink();
    link.next = 100_000;
    expect(link.sendText('x')).toBe(false);
    link.next = 0;
    expect(link.sendText('x')).toBe(true);
    link.queuedBytes = defaults.maxQueuedBytes + 1;
    expect(link.sendText('x')).toBe(false);
    expect([link.isOpen, link.reason]).toEqual([false, 'slow consumer']);
    link.terminate();
  });

  it('leaves nothing behind in the groups when it ends', () => {
    const { link, registry } = startLink();
    link.join(1);
    link.join(2);
    expect(registry.groups.size).toBe(2);
    link.terminate();
    link.join(3);
    expect([registry.groups.size, registry.size]).toEqual([0, 0]);
  });

  it('lets a message to a group not ask for onWritable', async () => {
    const { link, recorded } = startLink();
    link.next = 100_000;
    link.deliver(Buffer.alloc(1));
    link.queuedBytes = 0;
    link.drained();
    await sleep(0);
    expect(recorded.writableCalls).toBe(0);
  });
});
