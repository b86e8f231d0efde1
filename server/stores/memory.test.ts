import { AckLevel } from '@polywire/protocol/polywire.kv.v1';
import { memory } from './memory.js';
import { storeCases } from './store.cases.js';

storeCases({ kind: 'memory', level: AckLevel.VOLATILE, create: memory });
