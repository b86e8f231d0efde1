import { describe, expect, it } from 'vitest';
import { RecordingHost } from './recording-host.cases.js';
import { defaults, uwsLoads } from './stage.cases.js';
import { pickWebSocketListener } from './websocket.js';
import { createWsListener } from './websocket-ws.js';

describe('pickWebSocketListener', () => {
  it('takes the native listener without a word where it loads', async () => {
    const warnings: string[] = [];
    const create = await pickWebSocketListener(
      (warning) => warnings.push(warning),
      async () => (options, host) => createWsListener(options, host),
    );
    expect(create(defaults, new RecordingHost()).name).toBe('ws-node');
    expect(warnings).toEqual([]);
  });

  it('falls back with one line that names the version of Node and the reason', async () => {
    const warnings: string[] = [];
    const create = await pickWebSocketListener(
      (warning) => warnings.push(warning),
      () => Promise.reject(new Error('only Node 18 to 22\nRequire stack: …')),
    );
    const listener = create(defaults, new RecordingHost());
    expect(listener.name).toBe('ws-node');
    await listener.listen();
    await listener.close();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`Node ${process.version}`);
    expect(warnings[0]).toContain('(only Node 18 to 22)');
    expect(warnings[0]).not.toContain('\n');
  });

  it('agrees with the platform about what it can load', async () => {
    const warnings: string[] = [];
    const create = await pickWebSocketListener((warning) => warnings.push(warning));
    const listener = create(defaults, new RecordingHost());
    expect([listener.name, warnings.length]).toEqual(uwsLoads ? ['ws-uws', 0] : ['ws-node', 1]);
    await listener.listen();
    await listener.close();
  });
});
