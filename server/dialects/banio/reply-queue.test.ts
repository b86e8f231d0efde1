import { describe, expect, it } from 'vitest';
import { ReplyQueue } from './reply-queue.js';

describe('replies', () => {
  it('leave in the order they were asked for', () => {
    const sent: string[] = [];
    const queue = new ReplyQueue<string>((reply) => sent.push(reply));
    queue.add('1');
    expect(sent).toEqual(['1']);
    const second = queue.reserve();
    const third = queue.reserve();
    queue.add('4');
    const fifth = queue.reserve();
    third('3');
    expect(sent).toEqual(['1']);
    expect(queue.size).toBe(4);
    second('2');
    expect(sent).toEqual(['1', '2', '3', '4']);
    fifth();
    expect(queue.size).toBe(0);
    queue.add('6');
    expect(sent).toEqual(['1', '2', '3', '4', '6']);
  });
});
