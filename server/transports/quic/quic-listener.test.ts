import { describe } from 'vitest';
import { describeListener } from '../listener.cases.js';
import { loadQuicListener } from './quic-listener.js';
import { dialQuic, quicLoads, whyNot } from './quic-peer.cases.js';

describe.skipIf(!quicLoads)(`QUIC listener${whyNot}`, () => {
  describeListener({ name: 'quic', transport: 'quic', load: () => loadQuicListener(), dial: (port) => dialQuic(port) });
});
