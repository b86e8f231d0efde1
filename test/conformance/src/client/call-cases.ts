import { CANCEL, encodePacket, FRAGMENTED, RESPONSE } from '../peer/packet.js';
import { errorOf } from '../peer/server-connection.js';
import { type ClientCase, must, should } from './client-case.js';
import { CaseFailure, GET, SET } from './client-stage.js';

const QUIET_MS = 300;
const write = { key: 'k', value: 'dg==' };

export const callCases: readonly ClientCase[] = [
  must('call', 'A call is answered.', async (stage) => {
    const connection = await stage.connected();
    const call = stage.driver.call(GET, { key: 'k' });
    const served = await stage.called(connection, GET);
    if (served.request.key !== 'k') throw new CaseFailure(`expected key k, got ${JSON.stringify(served.request)}`);
    served.respond({ found: true, value: 'dg==' });
    await stage.item(call, 'the response', ({ value }) => value === 'dg==');
  }),
  must('call-fails', 'An error reaches the caller with its code.', async (stage) => {
    const connection = await stage.connected();
    const call = stage.driver.call(GET, { key: 'k' });
    (await stage.called(connection, GET)).fail('PERMISSION_DENIED');
    await stage.fails(call, 'PERMISSION_DENIED');
  }),
  must(
    'idempotent-call-in-flight',
    'A call that may be repeated is made again on the next connection.',
    async (stage) => {
      const first = await stage.connected();
      const call = stage.driver.call(GET, { key: 'k' });
      await stage.called(first, GET);
      stage.resumes = false;
      first.cut();
      (await stage.called(await stage.connection(), GET)).respond({ found: true });
      await stage.item(call, 'the response', ({ found }) => found === true);
    },
  ),
  must(
    'write-in-flight-resumed',
    'A write is repeated with its key and the same bytes when the session goes on.',
    async (stage) => {
      const first = await stage.connected();
      const call = stage.driver.call(SET, write);
      const before = await stage.called(first, SET);
      const { idempotencyKey } = before.route;
      if (idempotencyKey === '') throw new CaseFailure('the write has no idempotency key');
      first.cut();
      const after = await stage.called(await stage.connection(), SET);
      if (after.route.idempotencyKey !== idempotencyKey) throw new CaseFailure('the repeated write has another key');
      if (Buffer.compare(after.packet.payload, before.packet.payload) !== 0)
        throw new CaseFailure('the repeated write has other bytes');
      after.respond({ revision: '7' });
      await stage.item(call, 'the response', ({ revision }) => revision === '7');
      await stage.nothing(call, 50).catch(() => {});
    },
  ),
  must('write-in-flight-lost', 'A write is not repeated in a new session: its outcome is unknown.', async (stage) => {
    const first = await stage.connected();
    const call = stage.driver.call(SET, write);
    await stage.called(first, SET);
    stage.resumes = false;
    first.cut();
    const second = await stage.connection();
    await stage.fails(call, 'OUTCOME_UNKNOWN');
    await stage.notCalled(second, QUIET_MS);
  }),
  must(
    'write-in-flight-no-sessions',
    'A write to a server that keeps no sessions is never repeated.',
    async (stage) => {
      stage.welcome = { resumeToken: '', resumeWindowMs: 0 };
      const first = await stage.connected();
      const call = stage.driver.call(SET, write);
      await stage.called(first, SET);
      first.cut();
      await stage.fails(call, 'OUTCOME_UNKNOWN');
      await stage.notCalled(await stage.connection(), QUIET_MS);
    },
  ),
  must('keys-differ', 'Two writes have two keys.', async (stage) => {
    const connection = await stage.connected();
    stage.driver.call(SET, write);
    stage.driver.call(SET, write);
    const [one, other] = [await stage.called(connection, SET), await stage.called(connection, SET)];
    if (one.route.idempotencyKey === other.route.idempotencyKey) throw new CaseFailure('two writes have the same key');
    for (const each of [one, other]) each.respond({ revision: '1' });
  }),
  must('call-while-away', 'A call that is made without a connection waits for one.', async (stage) => {
    (await stage.connected()).cut();
    await stage.state('disconnected');
    const call = stage.driver.call(SET, write);
    (await stage.called(await stage.connection(), SET)).respond({ revision: '1' });
    await stage.item(call, 'the response', ({ revision }) => revision === '1');
  }),
  must('answered-twice', 'A second answer is ignored.', async (stage) => {
    const connection = await stage.connected();
    const call = stage.driver.call(GET, { key: 'k' });
    const served = await stage.called(connection, GET);
    served.respond({ found: true });
    served.respond({ found: false });
    await stage.item(call, 'the response', ({ found }) => found === true);
    const next = stage.driver.call(GET, { key: 'k' });
    (await stage.called(connection, GET)).respond({ found: true });
    await stage.item(next, 'the response', ({ found }) => found === true);
  }),
  must('answer-to-nothing', 'An answer that nobody asked for is ignored.', async (stage) => {
    const connection = await stage.connected();
    connection.send({ type: RESPONSE, serviceId: 3, messageId: 0x7000_0001, flags: 0 });
    const call = stage.driver.call(GET, { key: 'k' });
    (await stage.called(connection, GET)).respond({ found: true });
    await stage.item(call, 'the response', ({ found }) => found === true);
  }),
  must(
    'answer-of-lost-connection',
    'An answer on a connection that was replaced does not reach the repeated call.',
    async (stage) => {
      const first = await stage.connected();
      const call = stage.driver.call(GET, { key: 'k' });
      const lost = await stage.called(first, GET);
      first.cut();
      const again = await stage.called(await stage.connection(), GET);
      lost.respond({ found: false });
      again.respond({ found: true });
      await stage.item(call, 'the response', ({ found }) => found === true);
    },
  ),
  must('cancel', 'A call that is withdrawn fails, and the server is told.', async (stage) => {
    const connection = await stage.connected();
    const call = stage.driver.call(GET, { key: 'k' });
    const { packet } = await stage.called(connection, GET);
    stage.driver.cancel(call);
    const isCancel = (each: { flags: number; messageId: number }): boolean =>
      (each.flags & CANCEL) !== 0 && each.messageId === packet.messageId;
    await connection.others.take(stage.timeoutMs, 'the cancel', isCancel);
    await stage.fails(call, 'CANCELLED');
  }),
  must('deadline', 'A call fails when its time is over, and the server was told how long it has.', async (stage) => {
    const connection = await stage.connected();
    const call = stage.driver.call(GET, { key: 'k' }, 300);
    const { route } = await stage.called(connection, GET);
    if (route.timeoutMs < 1 || route.timeoutMs > 300)
      throw new CaseFailure(`the Route has a timeout of ${route.timeoutMs} ms`);
    await stage.fails(call, 'DEADLINE_EXCEEDED');
  }),
  must('deadline-over-connections', 'The time of a call goes on while there is no connection.', async (stage) => {
    const connection = await stage.connected();
    const call = stage.driver.call(GET, { key: 'k' }, 600);
    await stage.called(connection, GET);
    stage.greets = false;
    connection.cut();
    await stage.fails(call, 'DEADLINE_EXCEEDED');
  }),
  must('drained-call', 'A call that a draining server refuses is made on the next connection.', async (stage) => {
    const first = await stage.connected();
    const call = stage.driver.call(SET, write);
    (await stage.called(first, SET)).fail('DRAINING');
    (await stage.called(await stage.connection(), SET)).respond({ revision: '1' });
    await stage.item(call, 'the response', ({ revision }) => revision === '1');
  }),
  must('served-ping', 'A Ping of the server is answered.', async (stage) => {
    const connection = await stage.connected();
    connection.request('polywire.session.v1.SessionService/Ping', 5, { nonce: '7' });
    const { flags, type } = await connection.others.take(
      stage.timeoutMs,
      'the answer',
      ({ messageId }) => messageId === 5,
    );
    if (type !== RESPONSE || flags !== 0) throw new CaseFailure('the Ping was not answered with a response');
  }),
  must('served-nothing', 'A call of what the client does not serve is answered with an error.', async (stage) => {
    const connection = await stage.connected();
    connection.request(GET, 6, { key: 'k' });
    const packet = await connection.others.take(stage.timeoutMs, 'the answer', ({ messageId }) => messageId === 6);
    if (errorOf(packet) === '') throw new CaseFailure('the call was answered without an error');
  }),
  should('fragments', 'A response in fragments is put together.', async (stage) => {
    const connection = await stage.connected();
    const call = stage.driver.call(GET, { key: 'k' });
    const { packet } = await stage.called(connection, GET);
    // GetResponse{found: true, value: "hi"}
    const payload = Buffer.from('080112026869', 'hex');
    const { serviceId, messageId } = packet;
    const piece = (from: number, to: number, flags: number): Uint8Array =>
      encodePacket({ type: RESPONSE, serviceId, messageId, flags, payload: payload.subarray(from, to) });
    connection.sendBytes(piece(0, 2, FRAGMENTED));
    connection.request('polywire.session.v1.SessionService/Ping', 5, { nonce: '7' });
    connection.sendBytes(piece(2, 3, FRAGMENTED));
    connection.sendBytes(piece(3, 6, 0));
    await stage.item(call, 'the response', ({ value }) => value === 'aGk=');
  }),
];
