import { type ClientCase, must } from './client-case.js';
import { StagedTopic } from './client-stage.js';

const QUIET_MS = 250;

export const topicCases: readonly ClientCase[] = [
  must('topic', 'Messages of a topic come as they were sent.', async (stage) => {
    const topic = await StagedTopic.open(stage, await stage.connected());
    topic.send(1, 2, 3);
    await topic.got(1, 2, 3);
  }),
  must(
    'resubscribe',
    'After a reconnect the client asks for what follows the last message, and gets it once.',
    async (stage) => {
      const topic = await StagedTopic.open(stage, await stage.connected());
      topic.send(1, 2, 3);
      await topic.got(1, 2, 3);
      topic.connection.cut();
      await topic.again({ epoch: 'e', offset: 3 }, { epoch: 'e', offset: '5', recovered: true }, [4, 5]);
      topic.send(6);
      await topic.got(4, 5, 6);
    },
  ),
  must(
    'resubscribe-before-any',
    'A topic without messages is gone on with from where the subscription began.',
    async (stage) => {
      const topic = await StagedTopic.open(stage, await stage.connected());
      topic.connection.cut();
      await topic.again({ epoch: 'e', offset: 0 }, { epoch: 'e', offset: '2', recovered: true }, [1, 2]);
      await topic.got(1, 2);
    },
  ),
  must('resubscribe-new-session', 'A subscription outlives its session.', async (stage) => {
    const topic = await StagedTopic.open(stage, await stage.connected());
    topic.send(1);
    await topic.got(1);
    stage.resumes = false;
    topic.connection.cut();
    await topic.again({ epoch: 'e', offset: 1 }, { epoch: 'e', offset: '2', recovered: true }, [2]);
    await topic.got(2);
  }),
  must('resubscribe-thrice', 'The position moves on with every connection.', async (stage) => {
    const topic = await StagedTopic.open(stage, await stage.connected());
    for (const [offset, next] of [
      [0, 1],
      [1, 2],
      [2, 3],
    ] as const) {
      topic.connection.cut();
      await topic.again({ epoch: 'e', offset }, { epoch: 'e', offset: String(next), recovered: true }, [next]);
      await topic.got(next);
    }
  }),
  must('duplicates', 'A message that comes again is not delivered again.', async (stage) => {
    const topic = await StagedTopic.open(stage, await stage.connected());
    topic.send(1, 2, 2, 1, 3);
    await topic.got(1, 2, 3);
    await stage.nothing(topic.call, QUIET_MS);
  }),
  must('duplicates-in-replay', 'A replay that begins too early delivers nothing twice.', async (stage) => {
    const topic = await StagedTopic.open(stage, await stage.connected());
    topic.send(1, 2, 3);
    await topic.got(1, 2, 3);
    topic.connection.cut();
    await topic.again({ epoch: 'e', offset: 3 }, { epoch: 'e', offset: '4', recovered: true }, [1, 2, 3, 4]);
    topic.send(4, 5);
    await topic.got(4, 5);
    await stage.nothing(topic.call, QUIET_MS);
  }),
  must('hole', 'A hole between two messages is told as a Gap before the second.', async (stage) => {
    const topic = await StagedTopic.open(stage, await stage.connected());
    topic.send(1, 4);
    await topic.got(1);
    await topic.gotGap(2, 3);
    await topic.got(4);
  }),
  must(
    'reordered',
    'A message that comes after its successor is told as lost, or put into its place; never delivered late.',
    async (stage) => {
      const topic = await StagedTopic.open(stage, await stage.connected());
      topic.send(1, 3, 2, 4);
      await topic.got(1);
      const second = await topic.call.reports.take(stage.timeoutMs, 'message 2 or a Gap');
      const waits = second.kind === 'item' && second.json.message !== undefined;
      const isRight = JSON.stringify(second).includes(waits ? '"offset":"2"' : '"fromOffset":"2","toOffset":"2"');
      if (!isRight) throw new Error(`expected message 2 or a Gap from 2 to 2, got ${JSON.stringify(second)}`);
      await topic.got(3, 4);
      await stage.nothing(topic.call, QUIET_MS);
    },
  ),
  must(
    'gap-of-server',
    'A Gap that the server tells reaches the application, and its messages may not come later.',
    async (stage) => {
      const topic = await StagedTopic.open(stage, await stage.connected());
      topic.send(1);
      topic.connection.event('polywire.io.v1.IoService/Subscribe', 9, { gap: { fromOffset: '2', toOffset: '5' } });
      topic.send(5, 6);
      await topic.got(1);
      await topic.gotGap(2, 5);
      await topic.got(6);
    },
  ),
  must('not-recovered', 'What the server cannot replay is told as a Gap.', async (stage) => {
    const topic = await StagedTopic.open(stage, await stage.connected());
    topic.send(1);
    await topic.got(1);
    topic.connection.cut();
    await topic.again({ epoch: 'e', offset: 1 }, { epoch: 'e', offset: '8', recovered: false }, []);
    topic.send(9);
    await stage.item(topic.call, 'subscribed', (json) => json.subscribed !== undefined);
    await topic.gotGap(2, 8);
    await topic.got(9);
  }),
  must('not-recovered-nothing-missed', 'Where nothing was published nothing is lost.', async (stage) => {
    const topic = await StagedTopic.open(stage, await stage.connected());
    topic.send(1);
    await topic.got(1);
    topic.connection.cut();
    await topic.again({ epoch: 'e', offset: 1 }, { epoch: 'e', offset: '1', recovered: false }, []);
    topic.send(2);
    await topic.got(2);
  }),
  must(
    'new-epoch',
    'A stream of offsets that was lost is told as a Gap of unknown length, and its successor is followed.',
    async (stage) => {
      const topic = await StagedTopic.open(stage, await stage.connected());
      topic.send(1, 2, 3);
      await topic.got(1, 2, 3);
      topic.connection.cut();
      await topic.again({ epoch: 'e', offset: 3 }, { epoch: 'f', offset: '1', recovered: false }, []);
      topic.send(2);
      await stage.item(topic.call, 'subscribed', (json) => json.subscribed !== undefined);
      await topic.gotGap(4, 0);
      await topic.got(2);
      topic.connection.cut();
      await topic.again({ epoch: 'f', offset: 2 }, { epoch: 'f', offset: '3', recovered: true }, [3]);
      await topic.got(3);
    },
  ),
  must('two-topics-one-group', 'Events go to the subscription whose group they name.', async (stage) => {
    const connection = await stage.connected();
    const topic = await StagedTopic.open(stage, connection);
    connection.event('polywire.io.v1.IoService/Subscribe', 77, {
      message: { topic: 'other', offset: '1', payload: '' },
    });
    topic.send(1);
    await topic.got(1);
  }),
];
