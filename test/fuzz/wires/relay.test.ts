import { Buffer, isUtf8 } from 'node:buffer';
import { RelayEnvelopeJson } from '@polywire/protocol/legacy.relay.v1';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matchesRedisPattern } from '../../../server/bus/redis-pattern.js';
import { encodeMessage } from '../../../server/dialects/relay/encode.js';
import { readToken } from '../../../server/dialects/relay/read-token.js';
import { KeptUpgradeRequest } from '../../../server/transports/upgrade-request.js';
import { RunningRedis, redisProgram } from '../../kit/run-redis.js';
import { Random } from '../random.js';
import { FUZZ_TIMEOUT_MS, fuzzDecoder, fuzzRuns, fuzzSeed } from './fuzz-decoder.js';

describe('fuzz of the relay', () => {
  it(`${fuzzRuns} payloads: what goes in comes out, in valid JSON`, { timeout: FUZZ_TIMEOUT_MS }, async () => {
    const pieces = ['"', '\\', '\u0000', '\u001f', '\n', '€', '😀', '\u2028', '{"a":', '}', '/'].map((text) =>
      Buffer.from(text),
    );
    let text = '';
    const seen = await fuzzDecoder({
      name: 'relay: payloads',
      make: (random) => {
        const parts: Buffer[] = [];
        for (let count = random.below(6); count > 0; count--) {
          if (random.oneIn(3)) parts.push(Buffer.from([random.below(256), random.below(256)].slice(random.below(3))));
          else parts.push(random.pick(pieces));
        }
        return Buffer.concat(parts);
      },
      decode: (payload) => {
        const encoded = encodeMessage({ channel: 'c', payload, forwardedAtMs: 1_700_000_000_000 }, 'base64');
        text = String(encoded.text);
        return [encoded.isUtf8 ? 'UTF-8' : 'not UTF-8'];
      },
      check: (payload, [kind]) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON may have none
        if (/[\u0000-\u001f]/.test(text)) expect.fail(`a control character in ${text}`);
        const { payload: back } = RelayEnvelopeJson.parse(text);
        const { payload_base64: base64 = '' } = JSON.parse(text) as { payload_base64?: string };
        const bytes = kind === 'UTF-8' ? Buffer.from(back) : Buffer.from(base64, 'base64');
        if (!bytes.equals(payload) || isUtf8(payload) !== (kind === 'UTF-8')) {
          throw new Error(`${payload.toString('hex')} became ${text}`);
        }
      },
    });
    expect(seen.get('UTF-8')).toBeGreaterThan(fuzzRuns / 10);
    expect(seen.get('not UTF-8')).toBeGreaterThan(fuzzRuns / 10);
  });

  it(`${fuzzRuns} upgrades: a token, or a fault; never a throw`, { timeout: FUZZ_TIMEOUT_MS }, async () => {
    const pieces = [
      'token',
      '=',
      '&',
      '%',
      '74oken',
      '%zz',
      '+',
      'a',
      ';',
      '?',
      'polywire.token.',
      ',',
      ' ',
      'YWJj',
      '-_',
      'Bearer ',
    ];
    const textOf = (random: Random): string => {
      let text = '';
      for (let count = random.below(9); count > 0; count--) text += random.pick(pieces);
      return text;
    };
    const seen = await fuzzDecoder({
      name: 'relay: upgrades',
      make: (random) => ({
        query: textOf(random),
        headers: [
          ['sec-websocket-protocol', textOf(random)],
          ['authorization', textOf(random)],
        ] as [string, string][],
        bearer: random.oneIn(2),
      }),
      decode: ({ query, headers, bearer }) => {
        const given = readToken(new KeptUpgradeRequest('/ws', query, headers), bearer);
        return [given.token === undefined ? 'fault' : 'token'];
      },
    });
    expect(seen.get('token')).toBeGreaterThan(fuzzRuns / 100);
    expect(seen.get('fault')).toBeGreaterThan(fuzzRuns / 100);
  });

  describe.skipIf(redisProgram === undefined)('patterns, compared with those of Redis', () => {
    const PATTERNS = Math.ceil(fuzzRuns / 100);
    let redis: RunningRedis;
    let client: ReturnType<typeof createClient>;
    beforeAll(async () => {
      redis = await RunningRedis.start();
      client = createClient({ url: redis.url, RESP: 2 });
      await client.connect();
    });
    afterAll(async () => {
      client?.destroy();
      await redis?.remove();
    });

    it(`${PATTERNS} patterns on 200 names`, { timeout: FUZZ_TIMEOUT_MS }, async () => {
      const random = new Random(fuzzSeed);
      const letters = ['a', 'b', 'c', '-', ']', '[', '^', '\\', '*', '?'];
      // Without bytes over 127: whether a range counts them as negative depends on the machine of Redis.
      const word = (length: number): string =>
        Array.from({ length: random.below(length) }, () => letters[random.below(letters.length)]).join('');
      // Without the empty name: versions of Redis differ on whether a star takes it.
      const names = [...new Set(Array.from({ length: 200 }, () => word(5)))].filter((name) => name !== '');
      await client.mSet(names.map((name) => [name, ''] as [string, string]));
      let matches = 0;
      for (let run = 0; run < PATTERNS; run++) {
        const pattern = word(8);
        const wanted = (await client.keys(pattern)).sort();
        const found = names.filter((name) => matchesRedisPattern(pattern, name)).sort();
        matches += found.length;
        expect(found, `the pattern ${JSON.stringify(pattern)}`).toEqual(wanted);
      }
      expect(matches).toBeGreaterThan(PATTERNS);
      process.stdout.write(`fuzz relay: patterns: ${PATTERNS} inputs, seed ${fuzzSeed}\n`);
    });
  });
});
