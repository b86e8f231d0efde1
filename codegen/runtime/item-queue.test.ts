import { describe, expect, it } from 'vitest';
import { ItemQueue } from './item-queue.js';

async function readAll<T>(queue: ItemQueue<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of queue) items.push(item);
  return items;
}

describe('ItemQueue', () => {
  it('gives items in order, those that came before the reader and those after', async () => {
    const queue = new ItemQueue<number>();
    queue.push(1, 10);
    const reading = readAll(queue);
    queue.push(2, 10);
    await Promise.resolve();
    for (let item = 3; item <= 300; item++) queue.push(item, 1);
    queue.end();
    expect(await reading).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  });

  it('counts the bytes that wait', async () => {
    const queue = new ItemQueue<number>();
    queue.push(1, 10);
    queue.push(2, 5);
    expect(queue.queuedBytes).toBe(15);
    await queue.next();
    expect(queue.queuedBytes).toBe(5);
  });

  it('gives the error after the items, once', async () => {
    const queue = new ItemQueue<number>();
    queue.push(1, 1);
    queue.fail(new Error('broken'));
    expect(await queue.next()).toEqual({ value: 1, done: false });
    await expect(queue.next()).rejects.toThrow('broken');
    expect(await queue.next()).toEqual({ value: undefined, done: true });
  });

  it('rejects a reader that waits', async () => {
    const queue = new ItemQueue<number>();
    const reading = queue.next();
    queue.fail(new Error('broken'));
    await expect(reading).rejects.toThrow('broken');
  });

  it('says once when the reader stops early, and drops what waits', async () => {
    let stopped = 0;
    const queue = new ItemQueue<number>(() => stopped++);
    queue.push(1, 1);
    queue.push(2, 1);
    for await (const item of queue) {
      expect(item).toBe(1);
      break;
    }
    await queue.return();
    expect(stopped).toBe(1);
    expect(queue.queuedBytes).toBe(0);
    expect(await queue.next()).toEqual({ value: undefined, done: true });
  });
});
