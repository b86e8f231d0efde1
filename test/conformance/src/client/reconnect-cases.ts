import type { JsonObject } from '@bufbuild/protobuf';
import type { ServerConnection } from '../peer/server-connection.js';
import { type ClientCase, must, should } from './client-case.js';
import { CaseFailure, type ClientStage, GET } from './client-stage.js';

const HELLO_MS = 5_000;
const QUIET_MS = 300;
const HEARTBEAT_MS = 200;

async function expectResume(connection: ServerConnection, sessionId: string, resumeToken: string): Promise<void> {
  const hello = await connection.hellos.take(HELLO_MS, 'Hello');
  const resume = (hello.resume ?? {}) as JsonObject;
  if (resume.sessionId === sessionId && resume.resumeToken === resumeToken) return;
  throw new CaseFailure(`expected a Resume of ${sessionId} with ${resumeToken}, got ${JSON.stringify(hello.resume)}`);
}

async function expectNoResume(connection: ServerConnection): Promise<void> {
  const hello = await connection.hellos.take(HELLO_MS, 'Hello');
  if (hello.resume !== undefined) throw new CaseFailure(`a Hello came with the Resume ${JSON.stringify(hello.resume)}`);
}

/** The connection ends with a code, and the client must not come back. */
function finalClose(codeName: string, closeCode: number) {
  return async (stage: ClientStage): Promise<void> => {
    const connection = await stage.connected();
    connection.close(codeName, closeCode);
    const { code } = await stage.state('closed');
    if (code !== codeName) throw new CaseFailure(`expected the client to be closed with ${codeName}, got ${code}`);
    await stage.noConnection(QUIET_MS);
  };
}

function passingClose(codeName: string, closeCode: number) {
  return async (stage: ClientStage): Promise<void> => {
    const connection = await stage.connected();
    connection.close(codeName, closeCode);
    await stage.connection();
    await stage.state('connected');
  };
}

export const reconnectCases: readonly ClientCase[] = [
  must('hello-first', 'The first call is Hello, without a Resume.', async (stage) => {
    await expectNoResume(await stage.connected());
  }),
  must('reconnect-after-cut', 'A client whose connection is cut off comes back with its session.', async (stage) => {
    (await stage.connected()).cut();
    await stage.state('disconnected');
    await expectResume(await stage.connection(), 'session-1', 'token-1');
    const { resumed } = await stage.state('connected');
    if (!resumed) throw new CaseFailure('the client did not see that its session goes on');
  }),
  must(
    'reconnect-after-end',
    'A server that ends the connection in good order is connected to again.',
    async (stage) => {
      (await stage.connected()).end(1001);
      await stage.connection();
      await stage.state('connected');
    },
  ),
  must('reconnect-newest-token', 'Each connection shows the proof of the one before.', async (stage) => {
    (await stage.connected()).cut();
    const second = await stage.connection();
    await stage.state('connected');
    second.cut();
    const third = await stage.connection();
    await expectResume(third, 'session-1', 'token-2');
    await stage.state('connected');
    third.cut();
    await expectResume(await stage.connection(), 'session-1', 'token-3');
  }),
  must('reconnect-new-session', 'A session that could not go on is forgotten for the new one.', async (stage) => {
    const first = await stage.connected();
    stage.resumes = false;
    first.cut();
    const second = await stage.connection();
    const { resumed } = await stage.state('connected');
    if (resumed) throw new CaseFailure('the client believes that its session goes on');
    second.cut();
    await expectResume(await stage.connection(), 'session-2', 'token-2');
  }),
  must('no-token-no-resume', 'Without a proof there is no Resume.', async (stage) => {
    stage.welcome = { resumeToken: '' };
    (await stage.connected()).cut();
    await expectNoResume(await stage.connection());
  }),
  must('cut-in-welcome', 'A connection that is cut off inside the Welcome is replaced.', async (stage) => {
    const first = await stage.connected();
    stage.greets = false;
    first.cut();
    const second = await stage.connection();
    await second.calls.take(stage.timeoutMs, 'Hello');
    second.cut();
    stage.greets = true;
    await stage.connection();
    await stage.state('connected');
  }),
  must('hello-refused', 'A client whose Hello is refused for good closes.', async (stage) => {
    stage.greets = false;
    stage.driver.connect(stage.server.url, 50);
    const connection = await stage.connection();
    (await connection.calls.take(stage.timeoutMs, 'Hello')).fail('UNAUTHENTICATED');
    const { code } = await stage.state('closed');
    if (code !== 'UNAUTHENTICATED') throw new CaseFailure(`expected UNAUTHENTICATED, got ${code}`);
    await stage.noConnection(QUIET_MS);
  }),
  must('close-unauthenticated', 'Close code 3508 is final.', finalClose('UNAUTHENTICATED', 3508)),
  must('close-permission-denied', 'Close code 3504 is final.', finalClose('PERMISSION_DENIED', 3504)),
  must('close-taken-over', 'A session that was taken over is not taken back.', finalClose('SESSION_TAKEN_OVER', 3547)),
  must('close-malformed', 'Close code 3532 is final.', finalClose('MALFORMED_PACKET', 3532)),
  must('close-slow-consumer', 'Close code 3042 asks to connect again.', passingClose('SLOW_CONSUMER', 3042)),
  must('close-heartbeat-lost', 'Close code 3046 asks to connect again.', passingClose('HEARTBEAT_LOST', 3046)),
  must('close-draining', 'Close code 3043 asks to connect again.', passingClose('DRAINING', 3043)),
  must(
    'close-code-alone',
    'A close code says all, also without the packet before it.',
    async (stage) => {
      (await stage.connected()).end(3504);
      await stage.state('closed');
      await stage.noConnection(QUIET_MS);
    },
    'ws',
  ),
  must('heartbeats', 'A client that has nothing to say pings within each heartbeat.', async (stage) => {
    stage.welcome = { heartbeatMs: HEARTBEAT_MS };
    const connection = await stage.connected();
    await new Promise((resolve) => setTimeout(resolve, HEARTBEAT_MS * 8));
    if (connection.pings < 3) throw new CaseFailure(`${connection.pings} pings came in 8 heartbeats`);
  }),
  must('heartbeat-lost', 'A server that falls silent is left for another connection.', async (stage) => {
    stage.welcome = { heartbeatMs: HEARTBEAT_MS };
    const connection = await stage.connected();
    connection.answersPings = false;
    const { code } = await stage.state('disconnected');
    if (code !== 'HEARTBEAT_LOST') throw new CaseFailure(`expected HEARTBEAT_LOST, got ${code}`);
    await expectResume(await stage.connection(), 'session-1', 'token-1');
    await stage.state('connected');
  }),
  must('no-heartbeats', 'Without heartbeats a silent server is left alone.', async (stage) => {
    const connection = await stage.connected();
    connection.answersPings = false;
    await stage.noConnection(QUIET_MS * 2);
  }),
  must(
    'go-away',
    'After GoAway the client connects again, and what runs on the old connection is answered there.',
    async (stage) => {
      const old = await stage.connected();
      const call = stage.driver.call(GET, { key: 'k' });
      const served = await stage.called(old, GET);
      old.oneWay('polywire.session.v1.SessionService/GoAway', { reason: 'drain' });
      const next = await stage.connection();
      await stage.state('connected');
      served.respond({ found: true, value: 'dg==' });
      await stage.item(call, 'the response', ({ found }) => found === true);
      const other = stage.driver.call(GET, { key: 'k' });
      (await stage.called(next, GET)).respond({ found: false });
      await stage.item(other, 'the response', ({ found }) => found !== true);
    },
  ),
  must('go-away-retry-after', 'retry_after_ms of GoAway is waited for.', async (stage) => {
    const old = await stage.connected();
    old.oneWay('polywire.session.v1.SessionService/GoAway', { reason: 'drain', retryAfterMs: 600 });
    await stage.noConnection(500);
    await stage.connection();
  }),
  should('garbage', 'Bytes that are not packets end the connection.', async (stage) => {
    const connection = await stage.connected();
    connection.sendBytes(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await connection.ended.take(stage.timeoutMs, 'the end of the connection');
  }),
];
