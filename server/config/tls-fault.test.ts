import { describe, expect, it } from 'vitest';
import { checkConfig } from './check-config.js';
import { completeConfig } from './complete-config.js';
import type { ListenInput } from './server-config.js';
import { tlsFault } from './tls-fault.js';

const problems = (listen: ListenInput): string[] => checkConfig(completeConfig({ listen: [listen] }));
const pair = { tlsCert: 'c.pem', tlsKey: 'k.pem' };

describe('TLS of a listener', () => {
  it.each([
    ['none', {}],
    ['a certificate and its key', pair],
    ['client certificates', { ...pair, tlsCa: 'ca.pem', tlsClientCert: 'required' }],
  ] as const)('takes %s', (_name, given) => {
    expect(problems({ transport: 'tcp', ...given })).toEqual([]);
  });

  it.each([
    ['tls_cert', { tlsCert: 'c.pem' }, 'tls_cert needs tls_key'],
    ['tls_key', { tlsKey: 'k.pem' }, 'tls_key needs tls_cert'],
    ['tls_client_cert', { tlsCa: 'ca.pem', tlsClientCert: 'required' }, 'needs TLS'],
    ['tls_client_cert', { ...pair, tlsClientCert: 'required' }, 'needs tls_ca'],
    ['tls_ca', { ...pair, tlsCa: 'ca.pem' }, 'tls_ca is for client certificates'],
  ] as const)('blames %s of %j', (key, given, text) => {
    const [problem, ...more] = problems({ transport: 'ws', ...given });
    expect(problem).toContain(text);
    expect(more).toEqual([]);
    const none = { tlsCert: '', tlsKey: '', tlsCa: '', tlsClientCert: 'none' } as const;
    expect(tlsFault({ ...none, ...given })?.key).toBe(key);
  });

  it('lets other machines in when everybody needs a certificate', () => {
    const open = { transport: 'tcp', host: '0.0.0.0', ...pair } as const;
    expect(problems(open)).toHaveLength(1);
    expect(problems({ ...open, tlsCa: 'ca.pem', tlsClientCert: 'required' })).toEqual([]);
  });

  it('a listener of the text store has a port of its own', () => {
    const [text, moved, native] = completeConfig({
      listen: [
        { transport: 'ws', dialect: 'text' },
        { transport: 'ws', dialect: 'text', port: 0 },
        { transport: 'ws' },
      ],
    }).listen;
    expect([text?.port, moved?.port, native?.port]).toEqual([9999, 0, 8080]);
  });
});
