import { ItemQueue } from './item-queue.js';
import type { CallDescriptor, CallOptions, CallsDescriptor, MethodKind } from './service.js';
import { WireError } from './wire-error.js';

// How a typed client calls the methods that have a stream in them. Descriptors refer to it, so a bundle of services
// that have none of a kind has none of its code.

/** A call that was begun. */
export interface StartedCall {
  readonly ended: boolean;
  /** Sends a further request of a client stream, or undefined to end it. Throws when it cannot be encoded. */
  sendItem(item: unknown): void;
  /** Withdraws the call and fails it on this side. */
  cancel(error: unknown): void;
  /** The caller does not want it any more: `cancel`, with CANCELLED. */
  handleEvent(): void;
  /** Undefined when the connection has room for a further request, else a promise of it. */
  room(): Promise<void> | undefined;
}

/** Where a call's outcome goes. */
export interface StreamSink {
  onMessage(message: unknown, bytes: number): void;
  onEnd?(): void;
  onError(error: unknown): void;
  /** The call, once it has begun. */
  call: StartedCall | undefined;
}

/** What begins calls. */
interface Starter {
  begin(
    service: CallsDescriptor,
    method: CallDescriptor,
    request: unknown,
    more: boolean,
    options: CallOptions,
    sink: StreamSink,
  ): StartedCall;
  ready?(options: CallOptions): Promise<void> | undefined;
}

/** One call of a client: what it is of, and what it begins on. */
export interface StreamCall {
  readonly service: CallsDescriptor;
  readonly method: CallDescriptor;
  /** Throws when there is nothing that calls may begin on. */
  target(): { readonly outgoing: Starter };
  /** Milliseconds that a call with one response may take when its options do not say. */
  readonly timeoutMs: number;
  /** Bytes of received items that may wait for a slow reader; more end the call with SLOW_CONSUMER. */
  readonly maxStreamBytes: number;
  /** The coded error of whatever was thrown. */
  toError(thrown: unknown): unknown;
}

/** How a client calls the methods of one kind. */
export interface Stream {
  readonly kind: MethodKind;
  /** @returns what the client's method returns */
  call(call: StreamCall, input: unknown, options: CallOptions): unknown;
}

/** One request, a stream of responses. */
export const serverStream: Stream = {
  kind: 'server-stream',
  call: (call, input, options) => {
    const [items, sink] = responsesOf(call);
    try {
      begin(call, input, false, options, sink);
    } catch (thrown) {
      items.fail(call.toError(thrown));
    }
    return items;
  },
};

/** A stream of requests, one response. */
export const clientStream: Stream = {
  kind: 'client-stream',
  call: (call, input, options) =>
    new Promise((onMessage, onError) => {
      const { timeoutMs = call.timeoutMs } = options;
      void sendAll(call, input, { ...options, timeoutMs }, { onMessage, onError, call: undefined });
    }),
};

/** Streams both ways. */
export const bidiStream: Stream = {
  kind: 'bidi-stream',
  call: (call, input, options) => {
    const [items, sink] = responsesOf(call);
    void sendAll(call, input, options, sink);
    return items;
  },
};

function begin(
  { target, service, method }: StreamCall,
  request: unknown,
  more: boolean,
  options: CallOptions,
  sink: StreamSink,
): void {
  sink.call = target().outgoing.begin(service, method, request, more, options, sink);
}

/** Sends requests as they come, no faster than the connection takes them. */
async function sendAll(call: StreamCall, input: unknown, options: CallOptions, sink: StreamSink): Promise<void> {
  try {
    const ready = call.target().outgoing.ready?.(options);
    if (ready !== undefined) await ready;
    for await (const request of input as AsyncIterable<unknown>) {
      if (sink.call === undefined) begin(call, request ?? {}, true, options, sink);
      else sink.call.sendItem(request ?? {});
      const room = sink.call?.room();
      if (room !== undefined) await room;
      if (sink.call?.ended === true) return;
    }
    if (sink.call === undefined) begin(call, undefined, false, options, sink);
    else sink.call.sendItem(undefined);
  } catch (thrown) {
    const error = call.toError(thrown);
    sink.call?.cancel(error);
    sink.onError(error);
  }
}

/** Responses of a call on their way to its reader. */
function responsesOf({ maxStreamBytes, toError }: StreamCall): [ItemQueue<unknown>, StreamSink] {
  const items = new ItemQueue<unknown>(() => sink.call?.handleEvent());
  const sink: StreamSink = {
    call: undefined,
    onMessage(message, bytes) {
      items.push(message, bytes);
      if (items.queuedBytes <= maxStreamBytes) return;
      const text = `over ${maxStreamBytes} bytes wait to be read (maxStreamBytes)`;
      sink.call?.cancel(toError(new WireError('slow-consumer', text)));
    },
    onEnd: () => items.end(),
    onError: (error) => items.fail(error),
  };
  return [items, sink];
}
