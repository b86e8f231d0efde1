// Clients that subscribe and are then stopped by their parent (SIGSTOP), so that nothing is read,
// not even by their kernel buffers' owner. Arguments: address, number, topic.
import { connect } from '@polywire/sdk';

const [address, count, topic] = process.argv.slice(2);
for (let index = 0; index < Number(count); index++) {
  const client = await connect(address, { reconnect: false, tls: { insecure: true } });
  const items = client.io.subscribe({ topic })[Symbol.asyncIterator]();
  // The first reply: the subscription stands.
  await items.next();
}
process.send('subscribed');
