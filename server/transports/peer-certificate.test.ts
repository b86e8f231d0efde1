import { expect, it } from 'vitest';
import { splitNames } from './peer-certificate.js';

it.each([
  ['', []],
  ['DNS:a.example', ['DNS:a.example']],
  ['DNS:a, IP Address:127.0.0.1, URI:urn:x:y', ['DNS:a', 'IP Address:127.0.0.1', 'URI:urn:x:y']],
  ['DNS:"a, DNS:b", DNS:c', ['DNS:a, DNS:b', 'DNS:c']],
  ['URI:"http://a/\\"q\\", x", DNS:c', ['URI:http://a/"q", x', 'DNS:c']],
])('names in %s', (text, names) => {
  expect(splitNames(text)).toEqual(names);
});
