import { describe, expect, it } from 'vitest';
import { type Environment, readEnvironment } from './read-environment.js';
import { type ConfigFlags, readFlags } from './read-flags.js';
import { readToml } from './read-toml.js';
import { validateSource } from './validate-config.js';

const faultsOf = (source: Parameters<typeof validateSource>[0]) =>
  validateSource(source).problems.map(({ text }) => text);
const fileFaults = (toml: string) => faultsOf(readToml('polywire.toml', toml));
const environmentFaults = (environment: Environment) => faultsOf(readEnvironment(environment));
const flagFaults = (flags: ConfigFlags) => faultsOf(readFlags(flags));

describe('faults of a file', () => {
  const cases: readonly (readonly [toml: string, ...lines: string[]])[] = [
    [
      '[limits]\n\nmax_payload_byte = 1',
      'polywire.toml:3: limits.max_payload_byte is not a key; did you mean limits.max_payload_bytes?',
    ],
    ['[limits]\nmaxCalls = 1', 'polywire.toml:2: limits.maxCalls is not a key; did you mean limits.max_calls?'],
    ['maxCalls = 1', 'polywire.toml:1: maxCalls is not a key; did you mean limits.max_calls?'],
    ['[store]\nlevel = "info"', 'polywire.toml:2: store.level is not a key; did you mean log.level?'],
    ['[limit]\nmax_calls = 1', 'polywire.toml:1: limit is not a key; did you mean limits?'],
    [
      '[[listen]]\ntransport = "ws"\n[[listen]]\ntransport = "tcp"\nprot = 1',
      'polywire.toml:5: listen[1].prot is not a key; did you mean listen[1].port?',
    ],
    ['frobnicate = 1', 'polywire.toml:1: frobnicate is not a key'],
    ['path = "x"', 'polywire.toml:1: path is not a key'],
    [
      '"__proto__" = 1\nconstructor = 1\n[limits]\ntoString = 1',
      'polywire.toml:1: __proto__ is not a key',
      'polywire.toml:2: constructor is not a key',
      'polywire.toml:4: limits.toString is not a key',
    ],
    [
      '[[listen]]\ntransport = "ws"\nport = 70000',
      'polywire.toml:3: listen[0].port must be at most 65535; it is 70000',
    ],
    ['[[listen]]\ntransport = "ws"\nport = -1', 'polywire.toml:3: listen[0].port must be at least 0; it is -1'],
    ['[[listen]]\ntransport = "udp"', 'polywire.toml:2: listen[0].transport must be one of ws, tcp, quic; it is "udp"'],
    [
      '[[listen]]\nport = 1',
      'polywire.toml:1: listen[0].transport is missing; every [[listen]] table says transport = "ws", "tcp" or "quic"',
    ],
    [
      '[[listen]]\ntransport = "ws"\npath = "x"',
      'polywire.toml:3: listen[0].path must match ^/[A-Za-z0-9._~/-]*$; it is "x"',
    ],
    ['[[listen]]\ntransport = "ws"\nhost = ""', 'polywire.toml:3: listen[0].host must not be empty; it is ""'],
    [
      `[store]\npath = "${'x'.repeat(4097)}"`,
      `polywire.toml:2: store.path must have at most 4096 characters; it is "${'x'.repeat(128)}…"`,
    ],
    ['[store]\nkind = "lmbd"', 'polywire.toml:2: store.kind must be one of memory, lmdb; it is "lmbd"'],
    ['limits.max_calls = "5"', 'polywire.toml:1: limits.max_calls must be a whole number; it is "5"'],
    ['limits.max_calls = 1.5', 'polywire.toml:1: limits.max_calls must be a whole number; it is 1.5'],
    ['limits.max_calls = nan', 'polywire.toml:1: limits.max_calls must be a whole number; it is NaN'],
    [
      'limits.max_calls = 99999999999999999999',
      'polywire.toml:1: limits.max_calls must be at most 1000000; it is 99999999999999999999',
    ],
    ['limits.max_calls = 1979-05-27', 'polywire.toml:1: limits.max_calls must be a whole number; it is a date'],
    ['conformance.enabled = 1', 'polywire.toml:1: conformance.enabled must be true or false; it is 1'],
    ['store = "lmdb"', 'polywire.toml:1: store must be a table; it is "lmdb"'],
    ['store = 1979-05-27', 'polywire.toml:1: store must be a table; it is a date'],
    ['[store.kind]', 'polywire.toml:1: store.kind must be a string; it is a table'],
    ['[[store]]', 'polywire.toml:1: store must be a table; it is a list'],
    [
      '[listen]\ntransport = "ws"',
      'polywire.toml:1: listen must be a list of tables, each under [[listen]]; it is a table',
    ],
    [
      'listen = [1, "ws"]',
      'polywire.toml:1: listen[0] must be a table; it is 1',
      'polywire.toml:1: listen[1] must be a table; it is "ws"',
    ],
    ['[[listen]]\ntransport = "ws"\n'.repeat(65), 'polywire.toml:1: listen must have at most 64 items; it is a list'],
  ];
  for (const [toml, ...lines] of cases) {
    it(lines[0]?.slice(0, 100) ?? '', () => expect(fileFaults(toml)).toEqual(lines));
  }

  it('are reported all at once, in the order of the file', () => {
    const toml =
      '[log]\nlevel = "loud"\nfile = "x"\n[limits]\nmax_calls = 0\nmax_conections = 1\n[[listen]]\nport = 99999\nhost = 1';
    expect(fileFaults(toml)).toEqual([
      'polywire.toml:2: log.level must be one of trace, debug, info, warn, error, fatal, silent; it is "loud"',
      'polywire.toml:3: log.file is not a key',
      'polywire.toml:5: limits.max_calls must be at least 1; it is 0',
      'polywire.toml:6: limits.max_conections is not a key; did you mean limits.max_connections?',
      'polywire.toml:7: listen[0].transport is missing; every [[listen]] table says transport = "ws", "tcp" or "quic"',
      'polywire.toml:8: listen[0].port must be at most 65535; it is 99999',
      'polywire.toml:9: listen[0].host must be a string; it is 1',
    ]);
  });

  it('show control characters as text', () => {
    expect(fileFaults('store.kind = "\\u001b[2J\\nforged"\n"\\n" = 1')).toEqual([
      'polywire.toml:1: store.kind must be one of memory, lmdb; it is "\\x1b[2J\\nforged"',
      'polywire.toml:2: \\n is not a key',
    ]);
  });
});

describe('faults of environment and flags', () => {
  const cases: readonly (readonly [name: string, value: string, fault: string | undefined])[] = [
    [
      'POLYWIRE_LOG_LEVEL',
      'loud',
      'environment POLYWIRE_LOG_LEVEL: log.level must be one of trace, debug, info, warn, error, fatal, silent; it is "loud"',
    ],
    [
      'POLYWIRE_LIMITS_MAX_CALLS',
      'many',
      'environment POLYWIRE_LIMITS_MAX_CALLS: limits.max_calls must be a whole number; it is "many"',
    ],
    [
      'POLYWIRE_LIMITS_MAX_CALLS',
      '1e3',
      'environment POLYWIRE_LIMITS_MAX_CALLS: limits.max_calls must be a whole number; it is "1e3"',
    ],
    [
      'POLYWIRE_LIMITS_MAX_CALLS',
      '0',
      'environment POLYWIRE_LIMITS_MAX_CALLS: limits.max_calls must be at least 1; it is 0',
    ],
    [
      'POLYWIRE_CONFORMANCE_ENABLED',
      'yes',
      'environment POLYWIRE_CONFORMANCE_ENABLED: conformance.enabled must be true or false; it is "yes"',
    ],
    ['POLYWIRE_LOG_LEVL', 'info', 'environment POLYWIRE_LOG_LEVL is not a setting; did you mean POLYWIRE_LOG_LEVEL?'],
    ['POLYWIRE_CONFIGS', 'x', 'environment POLYWIRE_CONFIGS is not a setting; did you mean POLYWIRE_CONFIG?'],
    ['POLYWIRE_FROBNICATE_EVERYTHING', 'x', 'environment POLYWIRE_FROBNICATE_EVERYTHING is not a setting'],
    [
      'POLYWIRE_LISTEN_PORT',
      '1',
      'environment POLYWIRE_LISTEN_PORT is not a setting; listeners are set in the TOML file, one [[listen]] table each',
    ],
    [
      'POLYWIRE_PORT',
      '1',
      'environment POLYWIRE_PORT is not a setting; listeners are set in the TOML file, one [[listen]] table each',
    ],
    ['POLYWIRE_PORT', 'tcp://10.0.0.1:8080', undefined],
    ['POLYWIRE_SERVICE_HOST', '10.0.0.1', undefined],
    ['POLYWIRE_PORT_8080_TCP_ADDR', '10.0.0.1', undefined],
    ['POLYWIRE_URL', 'ws://x', undefined],
    ['POLYWIRE_TOKEN', 'x', undefined],
    ['POLYWIRE_LOG_LEVEL', '', undefined],
    ['POLYWIR_LOG_LEVEL', 'x', undefined],
  ];
  for (const [name, value, fault] of cases) {
    it(`${name}=${value}`, () => {
      expect(environmentFaults({ [name]: value })).toEqual(fault === undefined ? [] : [fault]);
    });
  }

  it('name the flag', () => {
    expect(flagFaults({ store: 'redis', data: '' })).toEqual([
      'flag --store: store.kind must be one of memory, lmdb; it is "redis"',
      'flag --data: store.path must not be empty; it is ""',
    ]);
  });
});
