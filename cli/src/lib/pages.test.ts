import { expect, it } from 'vitest';
import { pages } from './pages.js';

it('asks for the next page with the cursor of the last, only when it is needed', async () => {
  const asked: number[][] = [];
  const listing = pages(async (cursor) => {
    asked.push([...cursor]);
    const next = asked.length < 3 ? [asked.length] : [];
    return { items: [`${asked.length}a`, `${asked.length}b`], cursor: new Uint8Array(next) };
  });
  expect((await listing.next()).value).toBe('1a');
  expect((await listing.next()).value).toBe('1b');
  expect(asked).toEqual([[]]);
  const rest = [];
  for await (const item of listing) rest.push(item);
  expect(rest).toEqual(['2a', '2b', '3a', '3b']);
  expect(asked).toEqual([[], [1], [2]]);
});

it('passes over an empty page that is not the last', async () => {
  let calls = 0;
  const found = [];
  for await (const item of pages(async () => {
    calls++;
    return calls === 1 ? { items: [], cursor: new Uint8Array([1]) } : { items: ['x'], cursor: new Uint8Array() };
  }))
    found.push(item);
  expect(found).toEqual(['x']);
});
