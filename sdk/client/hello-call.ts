import * as Session from '@polywire/protocol/method-ids/polywire.session.v1.SessionService';
import {
  HelloRequestWriter,
  HelloResponseReader,
  type SessionServiceClient,
} from '@polywire/protocol/polywire.session.v1';
import { type CallsDescriptor, describeService } from '@polywire/protocol/wire';

/** What every client calls of the session service; `SessionServiceCalls` has more. */
export const HelloCalls: CallsDescriptor<Pick<SessionServiceClient, 'hello'>> = /* @__PURE__ */ describeService(
  Session.TYPE_NAME,
  Session.SERVICE_ID,
  { hello: [Session.METHOD_HELLO_ID, HelloRequestWriter, HelloResponseReader] },
);
