import { relayVectorCases } from './relay.cases.js';
import { relayClientCases } from './relay-clients.cases.js';

relayVectorCases('native');
relayVectorCases('relay');
relayClientCases();
