import { describe, expect, it } from 'vitest';
import { loadConfig } from './config/load-config.js';
import { createLogger } from './log.js';
import { servableListeners } from './servable-listeners.js';

describe('the listeners that can be served', () => {
  const transports = async (environment: Record<string, string>, toml: string | undefined, loads: boolean) => {
    const lines: string[] = [];
    const logger = { ...createLogger({ level: 'silent' }), info: (text: string) => void lines.push(text) };
    const loaded = loadConfig({ environment, directory: '/nowhere' });
    const given = toml === undefined ? loaded : { ...loaded, originOf: () => toml };
    const listeners = await servableListeners(given, logger, async () => loads);
    return { quic: listeners.filter(({ transport }) => transport === 'quic').length, all: listeners.length, lines };
  };

  it('have QUIC by default', async () => {
    expect(await transports({}, undefined, true)).toMatchObject({ quic: 1, lines: [] });
  });

  it('have none where it does not load, and one line says so', async () => {
    const { all } = await transports({}, undefined, true);
    const without = await transports({}, undefined, false);
    expect(without).toMatchObject({ quic: 0, all: all - 1 });
    expect(without.lines).toEqual([expect.stringMatching(/^QUIC is not served: .* no binary for \w+-\w+; ws and tcp/)]);
  });

  it('keep a QUIC listener that was asked for, so that its start says what is missing', async () => {
    expect(await transports({}, 'polywire.toml:1', false)).toMatchObject({ quic: 1, lines: [] });
  });
});
