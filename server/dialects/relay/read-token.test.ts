import { describe, expect, it } from 'vitest';
import { KeptUpgradeRequest } from '../../transports/upgrade-request.js';
import { readToken } from './read-token.js';

const request = (query: string, headers: Record<string, string> = {}) =>
  new KeptUpgradeRequest('/ws', query, Object.entries(headers));
const missing = { token: undefined, fault: 'the token is missing: connect to /ws?token=…' };
const twice = { token: undefined, fault: 'the token is given more than once' };

describe('readToken', () => {
  it.each([
    ['token=abc', { token: 'abc' }],
    ['token=', { token: '' }],
    ['token', { token: '' }],
    ['', missing],
    ['tokens=abc', missing],
    ['Token=abc', missing],
    ['x=1&token=abc&y=2', { token: 'abc' }],
    ['token=abc&token=abc', twice],
    ['token=abc&%74oken=abc', twice],
    ['%74oken=a%2Fb%3Dc', { token: 'a/b=c' }],
    ['token=a+b%2B', { token: 'a b+' }],
    ['token=%E4%BA%A4', { token: '交' }],
    ['token=a%', { token: 'a%' }],
    ['token=a%zz', { token: 'a%zz' }],
    ['token=%ff', { token: '\ufffd' }],
    ['token=a=b', { token: 'a=b' }],
    ['&&token=a&', { token: 'a' }],
    ['?token=a', { token: 'a' }],
    ['token=a;token=b', { token: 'a;token=b' }],
  ])('query %s', (query, wanted) => {
    expect(readToken(request(query), true)).toEqual(wanted);
  });

  const own = 'polywire.token.YWJj';
  it.each([
    [own, { token: 'abc' }],
    [`polywire.relay.v1, ${own}`, { token: 'abc' }],
    ['polywire.token.', { token: '' }],
    ['polywire.token', missing],
    ['polywire.token.5Lqk', { token: '交' }],
    [`${own},${own}`, twice],
    ['x', missing],
  ])('sub-protocols %s', (protocols, wanted) => {
    expect(readToken(request('', { 'sec-websocket-protocol': protocols }), false)).toEqual(wanted);
  });

  it.each([
    ['Bearer abc', { token: 'abc' }],
    ['bearer   abc', { token: 'abc' }],
    ['Bearer a b', missing],
    ['Bearer', missing],
    ['Basic abc', missing],
    ['', missing],
  ])('header %s', (authorization, wanted) => {
    expect(readToken(request('', { authorization }), true)).toEqual(wanted);
    expect(readToken(request('', { authorization }), false)).toEqual(missing);
  });

  it('the query beats a sub-protocol, which beats the header', () => {
    const headers = { 'sec-websocket-protocol': own, authorization: 'Bearer header' };
    expect(readToken(request('token=query', headers), true)).toEqual({ token: 'query' });
    expect(readToken(request('', headers), true)).toEqual({ token: 'abc' });
  });
});
