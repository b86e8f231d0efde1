import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PolywireError } from '@polywire/sdk/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultConfig } from './defaults.js';
import { describeConfig } from './describe-config.js';
import { loadConfig } from './load-config.js';
import { isRelayOn, relayToken } from './relay-token.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'polywire-config-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

type Environment = Record<string, string>;

function load(toml = '', environment: Environment = {}) {
  writeFileSync(join(directory, 'polywire.toml'), toml);
  return loadConfig({ directory, environment });
}

function faults(toml: string, environment: Environment = {}): string[] {
  try {
    load(toml, environment);
  } catch (error) {
    return (error as PolywireError).message.split('\n');
  }
  return [];
}

describe('lists of texts', () => {
  it('replace the default as a whole; an empty one is a value', () => {
    expect(load('relay.channels = ["a"]').config.relay.channels).toEqual(['a']);
    expect(load('[relay]\nchannels = []\npatterns = ["*"]').config.relay.channels).toEqual([]);
    expect(load().config.relay.channels).toEqual(['mempool:tx_analysis', 'mempool:ctf_tx']);
  });

  it('in the environment have commas, and beat the file', () => {
    const { config, originOf } = load('relay.channels = ["a"]', { POLYWIRE_RELAY_CHANNELS: ' x , y:z' });
    expect(config.relay.channels).toEqual(['x', 'y:z']);
    expect(originOf(['relay', 'channels'])).toBe('environment POLYWIRE_RELAY_CHANNELS');
  });

  const cases: readonly (readonly [toml: string, faults: readonly string[]])[] = [
    ['[relay]\nchannels = "a"', ['polywire.toml:2: relay.channels must be a list; it is "a"']],
    ['[relay]\nchannels = [1]', ['polywire.toml:2: relay.channels[0] must be a string; it is 1']],
    [
      '[relay]\nchannels = [\n  "a", # one\n  2,\n  "]",\n  { a = "x" },\n  ["y"],\n]',
      [
        'polywire.toml:4: relay.channels[1] must be a string; it is 2',
        'polywire.toml:6: relay.channels[3] must be a string; it is a table',
        'polywire.toml:7: relay.channels[4] must be a string; it is ["y"]',
      ],
    ],
    ['relay = { channels = ["a", 1979-05-27] }', ['polywire.toml:1: relay.channels[1] must be a string; it is a date']],
    ['[relay]\nchannels = [\n"a",\n""]', ['polywire.toml:4: relay.channels[1] must not be empty']],
    [
      `relay.patterns = ["${'é'.repeat(513)}"]`,
      ['polywire.toml:1: relay.patterns[0] must have at most 1024 bytes; it has 1026'],
    ],
    ['relay.channel = ["a"]', ['polywire.toml:1: relay.channel is not a key; did you mean relay.channels?']],
    ['relay.token = ["s3cret"]', ['polywire.toml:1: relay.token must be a string; it is [hidden]']],
    ['[limits]\nmax_calls = [1]', ['polywire.toml:2: limits.max_calls must be a whole number; it is a list']],
  ];
  it.each(cases)('%j', (toml, wanted) => {
    expect(faults(toml)).toEqual(wanted);
  });

  it('have at most 1024 items', () => {
    const list = (length: number): string => JSON.stringify(Array.from({ length }, () => 'a'));
    expect(faults(`relay.channels = ${list(1024)}`)).toEqual([]);
    expect(faults(`relay.channels = ${list(1025)}`)[0]).toContain('relay.channels must have at most 1024 items');
  });

  it('are shown as they are when they differ from the default', () => {
    const facts = (toml: string) => describeConfig(load(toml)).filter(({ key }) => key.startsWith('relay.'));
    expect(facts('relay.patterns = ["a", "b*"]')).toEqual([
      { key: 'relay.patterns', value: '["a", "b*"]', source: 'polywire.toml:1' },
    ]);
    expect(facts('relay.channels = ["mempool:tx_analysis", "mempool:ctf_tx"]')).toEqual([]);
    expect(facts('relay.channels = []\nrelay.patterns = ["x"]')[0]?.value).toBe('an empty list');
  });
});

describe("the older relay's variables", () => {
  it('say the same as those with the prefix, which beat them', () => {
    const older = { REDIS_URL: 'redis://a', WS_AUTH_TOKEN: 'one' };
    const { config, originOf } = load('[relay]\nredis_url = "redis://file"\ntoken = "file"', older);
    expect([config.relay.redisUrl, config.relay.token]).toEqual(['redis://a', 'one']);
    expect(originOf(['relay', 'redis_url'])).toBe('environment REDIS_URL');
    const both = { POLYWIRE_RELAY_TOKEN: 'two', ...older, POLYWIRE_RELAY_REDIS_URL: '' };
    expect(load('', both).config.relay).toMatchObject({ redisUrl: 'redis://a', token: 'two' });
    expect(load('', both).originOf(['relay', 'token'])).toBe('environment POLYWIRE_RELAY_TOKEN');
  });

  it('count as not set when they are empty', () => {
    expect(load('', { REDIS_URL: '', WS_AUTH_TOKEN: '', WS_PORT: ' ' }).config).toEqual(defaultConfig);
  });

  it('are named by what is wrong with them, without their values', () => {
    const text = faults('', { REDIS_URL: 'http://s3cret', WS_AUTH_TOKEN: 'secret_token_123' }).join('\n');
    expect(text).toContain('environment REDIS_URL: relay.redis_url must match');
    expect(text).not.toContain('s3cret');
  });

  it('WS_PORT is the port of the main listener, and beats the file', () => {
    const ports = (toml: string, port: string) => load(toml, { WS_PORT: port }).config.listen.map((each) => each.port);
    expect(ports('', '9001').slice(0, 2)).toEqual([9001, defaultConfig.listen[1]?.port]);
    const three = ['transport = "tcp"', 'transport = "ws"\nport = 1\ndialect = "text"', 'transport = "ws"\nport = 2'];
    expect(ports(three.map((table) => `[[listen]]\n${table}`).join('\n'), ' 0 ')).toEqual([8001, 1, 0]);
    expect(ports('[[listen]]\ntransport = "tcp"', '9001')).toEqual([8001]);
  });

  it.each(['80a', '65536', '-1', '1.5', '999999'])('WS_PORT %s is refused', (port) => {
    expect(faults('', { WS_PORT: port })).toEqual([
      `environment WS_PORT: the port must be a whole number from 0 to 65535; it is "${port}"`,
    ]);
  });

  it('WS_PORT is where a clash of ports came from', () => {
    const toml = '[[listen]]\ntransport = "tcp"\n[[listen]]\ntransport = "ws"';
    expect(faults(toml, { WS_PORT: '8001' })[0]).toMatch(/^environment WS_PORT: listen\[1\]/);
  });
});

describe('what the relay needs', () => {
  const on = (toml: string, environment: Environment = {}) => isRelayOn(load(toml, environment).config.relay);

  it('is a Redis and a token', () => {
    expect(on('')).toBe(false);
    expect(on('relay.redis_url = "redis://h"')).toBe(false);
    expect(on('relay.token = "t"')).toBe(false);
    expect(on('[relay]\nredis_url = "redis://h"\ntoken = "t"')).toBe(true);
    expect(on('', { REDIS_URL: 'redis://h', WS_AUTH_TOKEN: 't' })).toBe(true);
  });

  it('the token that everybody knows is refused unless it is permitted', () => {
    expect(faults('[relay]\ntoken = "secret_token_123"')).toEqual([
      'polywire.toml:2: relay.token is the one of the older documentation, which everybody knows; choose another, or set relay.allow_default_token = true if that is what you want',
    ]);
    expect(faults('', { WS_AUTH_TOKEN: 'secret_token_123' })[0]).toMatch(/^environment WS_AUTH_TOKEN: /);
    const { relay } = load('[relay]\nredis_url = "redis://h"\nallow_default_token = true').config;
    expect([isRelayOn(relay), relayToken(relay)]).toEqual([true, 'secret_token_123']);
    expect(relayToken({ ...relay, token: 'own' })).toBe('own');
  });

  const relay = '[relay]\nredis_url = "redis://h"\ntoken = "t"\n';
  it.each([['redis:///1'], ['redis://h:x'], ['redis://:%zz@h'], ['redis://h/zero'], ['redis://h:1/0/1']])(
    '%s is no address of a Redis',
    (url) => {
      expect(faults('', { REDIS_URL: url })).toEqual([
        'environment REDIS_URL: relay.redis_url must be like redis://user:password@host:6379/0',
      ]);
    },
  );
  it.each(['redis://h', 'redis://h/', 'rediss://u:p%40@[::1]:1/15'])('%s is one', (url) => {
    expect(faults('', { REDIS_URL: url })).toEqual([]);
  });

  it.each([
    ['channels = []', 'polywire.toml:4: relay.channels and relay.patterns are empty; name what to forward'],
    ['origins = ["https://a/"]', 'polywire.toml:4: relay.origins[0] must be like https://app.example or'],
    ['origins = ["https://a", "a.example"]', 'polywire.toml:4: relay.origins[1] must be like'],
    ['[[listen]]\ntransport = "ws"\npath = "/ws"', 'polywire.toml:6: listen[0].path /ws is where the relay is served'],
  ])('%s is refused', (toml, fault) => {
    expect(faults(relay + toml)[0]).toContain(fault);
  });
  it.each(['origins = ["https://A.example", "null", "http://localhost:3000"]', 'channels = []\npatterns = ["x"]'])(
    '%s is not',
    (toml) => expect(faults(relay + toml)).toEqual([]),
  );

  it('a listener of its own is refused without it', () => {
    const listen = '[[listen]]\ntransport = "ws"\ndialect = "relay"\n';
    expect(faults(listen)).toEqual(['polywire.toml:3: listen[0].dialect relay needs relay.redis_url and relay.token']);
    expect(faults(listen + relay)).toEqual([]);
    expect(faults('[[listen]]\ntransport = "ws"\npath = "/ws"')).toEqual([]);
  });
});
