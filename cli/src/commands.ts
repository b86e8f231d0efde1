import Bench from './commands/bench.js';
import Certs from './commands/certs.js';
import Codegen from './commands/codegen.js';
import Conformance from './commands/conformance.js';
import DataClear from './commands/data/clear.js';
import DataDelete from './commands/data/delete.js';
import DataKeys from './commands/data/keys.js';
import DataRead from './commands/data/read.js';
import DataStore from './commands/data/store.js';
import IoBroadcast from './commands/io/broadcast.js';
import IoLock from './commands/io/lock.js';
import IoPresence from './commands/io/presence.js';
import IoRequest from './commands/io/request.js';
import IoSubscribe from './commands/io/subscribe.js';
import IoUnlock from './commands/io/unlock.js';
import IoWork from './commands/io/work.js';
import KvDelete from './commands/kv/delete.js';
import KvGet from './commands/kv/get.js';
import KvList from './commands/kv/list.js';
import KvPublish from './commands/kv/publish.js';
import KvSet from './commands/kv/set.js';
import KvSubscribe from './commands/kv/subscribe.js';
import KvWatch from './commands/kv/watch.js';
import PacketDecode from './commands/packet/decode.js';
import PacketEncode from './commands/packet/encode.js';
import RelayTail from './commands/relay/tail.js';
import Serve from './commands/serve.js';
import SessionsKick from './commands/sessions/kick.js';
import SessionsList from './commands/sessions/list.js';
import Stats from './commands/stats.js';

/** Every command by its words. One file holds them all, so that a command starts with few files to open. */
export const commands = {
  bench: Bench,
  certs: Certs,
  codegen: Codegen,
  conformance: Conformance,
  'data:clear': DataClear,
  'data:delete': DataDelete,
  'data:keys': DataKeys,
  'data:read': DataRead,
  'data:store': DataStore,
  'io:broadcast': IoBroadcast,
  'io:lock': IoLock,
  'io:presence': IoPresence,
  'io:request': IoRequest,
  'io:subscribe': IoSubscribe,
  'io:unlock': IoUnlock,
  'io:work': IoWork,
  'kv:delete': KvDelete,
  'kv:get': KvGet,
  'kv:list': KvList,
  'kv:publish': KvPublish,
  'kv:set': KvSet,
  'kv:subscribe': KvSubscribe,
  'kv:watch': KvWatch,
  'packet:decode': PacketDecode,
  'packet:encode': PacketEncode,
  'relay:tail': RelayTail,
  serve: Serve,
  'sessions:kick': SessionsKick,
  'sessions:list': SessionsList,
  stats: Stats,
};
