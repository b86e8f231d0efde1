import { expect, it } from 'vitest';
import { FilterIndex } from './tag-filter.js';

const tags = (pairs: Record<string, string>) => new Map(Object.entries(pairs));

it('finds the filters that all tags of a message pass, each once', () => {
  const index = new FilterIndex<string>();
  index.set(tags({}), 'all');
  index.set(tags({ kind: 'heat' }), 'heat');
  index.set(tags({ room: '1', kind: 'heat' }), 'heat in 1');
  index.set(tags({ kind: 'light' }), 'light');
  index.set(tags({ k: 'indheat' }), 'another split of the same letters');
  const match = (message: Record<string, string>) => {
    const found: string[] = [];
    index.match(tags(message), found);
    return found.sort();
  };
  expect(match({})).toEqual(['all']);
  expect(match({ kind: 'heat' })).toEqual(['all', 'heat']);
  expect(match({ kind: 'heat', room: '2' })).toEqual(['all', 'heat']);
  expect(match({ room: '1', kind: 'heat', more: 'x' })).toEqual(['all', 'heat', 'heat in 1']);
  expect(index.get(tags({ kind: 'heat', room: '1' }))).toBe('heat in 1');
  expect(index.size).toBe(5);
  index.delete(tags({ kind: 'heat', room: '1' }));
  index.delete(tags({}));
  index.delete(tags({ never: 'there' }));
  expect(index.size).toBe(3);
  expect(match({ room: '1', kind: 'heat' })).toEqual(['heat']);
});
