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

const RUNS = Number(process.env.POLYWIRE_FUZZ_RUNS ?? 100_000);
const SEED = Number(process.env.POLYWIRE_FUZZ_SEED ?? 20_260);

const report = (what: string, count: number): void => {
  process.stderr.write(`fuzz relay: ${count} ${what}, seed ${SEED}\n`);
};

describe('fuzz of the relay', () => {
  it(`${RUNS} payloads: what goes in comes out, in valid JSON`, { timeout: 600_000 }, () => {
    const random = new Random(SEED);
    const pieces = ['"', '\\', '\u0000', '\u001f', '\n', '€', '😀', '\u2028', '{"a":', '}', '/'].map((text) =>
      Buffer.from(text),
    );
    let valid = 0;
    for (let run = 0; run < RUNS; run++) {
      const parts = Array.from({ length: random.below(6) }, () =>
        random.below(3) === 0
          ? Buffer.from(Array.from({ length: random.below(4) }, () => random.below(256)))
          : (pieces[random.below(pieces.length)] as Buffer),
      );
      const payload = Buffer.concat(parts);
      const encoded = encodeMessage({ channel: 'c', payload, forwardedAtMs: run }, 'base64');
      const text = String(encoded.text);
      expect(encoded.isUtf8).toBe(isUtf8(payload));
      expect(/\p{Cc}/u.test(text.replaceAll(/[\u007f-\u009f]/g, ''))).toBe(false);
      const { payload: back } = RelayEnvelopeJson.parse(text);
      const { payload_base64: base64 = '' } = JSON.parse(text) as { payload_base64?: string };
      const bytes = encoded.isUtf8 ? Buffer.from(back) : Buffer.from(base64, 'base64');
      if (!bytes.equals(payload)) throw new Error(`run ${run}: ${payload.toString('hex')} became ${text}`);
      if (encoded.isUtf8) valid++;
    }
    expect(valid).toBeGreaterThan(RUNS / 10);
    expect(valid).toBeLessThan(RUNS);
    report('payloads', RUNS);
  });

  it(`${RUNS} upgrades: a token, or a fault; never a throw`, { timeout: 600_000 }, () => {
    const random = new Random(SEED);
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
    const text = (): string =>
      Array.from({ length: random.below(9) }, () => pieces[random.below(pieces.length)]).join('');
    const seen = { token: 0, fault: 0 };
    for (let run = 0; run < RUNS; run++) {
      const headers: [string, string][] = [
        ['sec-websocket-protocol', text()],
        ['authorization', text()],
      ];
      const given = readToken(new KeptUpgradeRequest('/ws', text(), headers), random.below(2) === 0);
      seen[given.token === undefined ? 'fault' : 'token']++;
    }
    expect(seen.token).toBeGreaterThan(RUNS / 100);
    expect(seen.fault).toBeGreaterThan(RUNS / 100);
    report('upgrades', RUNS);
  });

  describe.skipIf(redisProgram === undefined)('patterns, compared with those of Redis', () => {
    const PATTERNS = Math.ceil(RUNS / 100);
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

    it(`${PATTERNS} patterns on 200 names`, { timeout: 600_000 }, async () => {
      const random = new Random(SEED);
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
      report('patterns', PATTERNS);
    });
  });
});
