import { describe, expect, it } from 'vitest';
import { FanoutGroups } from './fanout-groups.js';

describe('FanoutGroups', () => {
  it('knows members and groups both ways', () => {
    const groups = new FanoutGroups<string>();
    expect(groups.join(1, 'a')).toBe(true);
    expect(groups.join(1, 'a')).toBe(false);
    expect(groups.join(1, 'b')).toBe(true);
    expect(groups.join(2, 'a')).toBe(true);
    expect([...groups.members(1)]).toEqual(['a', 'b']);
    expect([...groups.of('a')]).toEqual([1, 2]);
    expect(groups.leave(1, 'a')).toBe(true);
    expect(groups.leave(1, 'a')).toBe(false);
    expect(groups.leave(3, 'c')).toBe(false);
    expect([...groups.members(1)]).toEqual(['b']);
    expect([...groups.of('a')]).toEqual([2]);
  });

  it('forgets groups without members', () => {
    const groups = new FanoutGroups<string>();
    groups.join(1, 'a');
    groups.join(2, 'a');
    groups.join(2, 'b');
    groups.leaveAll('a');
    groups.leaveAll('a');
    expect([groups.size, [...groups.members(1)], [...groups.members(2)]]).toEqual([1, [], ['b']]);
    groups.leave(2, 'b');
    expect(groups.size).toBe(0);
  });

  it('may be left while it is walked', () => {
    const groups = new FanoutGroups<string>();
    for (const member of ['a', 'b', 'c']) groups.join(1, member);
    const walked: string[] = [];
    for (const member of groups.members(1)) {
      walked.push(member);
      groups.leaveAll(member);
    }
    expect(walked).toEqual(['a', 'b', 'c']);
    expect(groups.size).toBe(0);
  });
});
