import type { MessageWriter } from './byte-writer.js';
import type { MessageCodec, MessageDecoder } from './codec.js';
import type { Stream } from './streams.js';

/** The four kinds of call. */
export type MethodKind = 'unary' | 'server-stream' | 'client-stream' | 'bidi-stream';

// A descriptor is used with messages of every type, so its codecs are typed loosely here;
// the generated client and handler interfaces carry the exact types.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type AnyCodec = MessageCodec<any, any>;
// biome-ignore lint/suspicious/noExplicitAny: see above
export type AnyWriter = MessageWriter<any>;
// biome-ignore lint/suspicious/noExplicitAny: see above
export type AnyReader = MessageDecoder<any>;

/** What a caller needs to know of a method. */
export interface CallDescriptor {
  /** Name in the schema, such as `ListKeys`; the property it is kept under is `listKeys`. */
  readonly name: string;
  readonly methodId: number;
  readonly kind: MethodKind;
  /** How a client calls it. Undefined: one request, one response. */
  readonly stream?: Stream | undefined;
  readonly idempotent: boolean;
  /** Items after the first reply come as one-way packets, the same bytes for every receiver. */
  readonly fanout: boolean;
  readonly request: AnyWriter;
  readonly response: AnyReader;
}

/** What both ends need to know of a method. */
export interface MethodDescriptor extends CallDescriptor {
  readonly request: AnyCodec;
  readonly response: AnyCodec;
}

/**
 * What a caller needs to know of a service: half of a ServiceDescriptor, for programs whose size
 * matters. `Client` exists for the compiler only: it lets `client.use(Service)` infer its type.
 */
export interface CallsDescriptor<Client = unknown> {
  /** Full name, such as `polywire.kv.v1.KvService`. */
  readonly typeName: string;
  readonly serviceId: number;
  readonly methods: Readonly<Record<string, CallDescriptor>>;
  readonly types?: { readonly client: Client };
}

/**
 * What both ends need to know of a service. `Handler` exists for the compiler only: it lets
 * `serve(Service, handler)` infer its type.
 */
export interface ServiceDescriptor<Client = unknown, Handler = unknown> extends CallsDescriptor<Client> {
  readonly methods: Readonly<Record<string, MethodDescriptor>>;
  readonly types?: { readonly client: Client; readonly handler: Handler };
}

/** What a caller may say beside the request. */
export interface CallOptions {
  /** Withdraws the call. It then fails with CANCELLED. */
  signal?: AbortSignal;
  /** Milliseconds until the call fails with DEADLINE_EXCEEDED; travels to the other side. 0: none. */
  timeoutMs?: number;
  /** Text pairs that travel beside the request. */
  metadata?: Readonly<Record<string, string>>;
  /**
   * Of a unary call: the server does the work of calls with the same key once, and repeats its
   * answer. At most 64 bytes. Default: a client that connects again by itself picks one for every
   * call that is not idempotent.
   */
  idempotencyKey?: string;
  /**
   * How often an idempotent unary call is made again when the server says that a later try may
   * succeed (RATE_LIMITED, UNAVAILABLE, RESOURCE_EXHAUSTED), within its timeout. Default: the client's.
   */
  retries?: number;
}

/** The session that a call came in on. */
export interface Peer {
  readonly sessionId: string;
  /** The identity given in Hello; empty when there is none. */
  readonly clientId: string;
}

/** What a handler may know of a call. Valid until the call ends. */
export interface CallContext {
  readonly peer: Peer;
  /** Aborted when the caller withdraws the call, its deadline passes or the connection ends. */
  readonly signal: AbortSignal;
  /** Milliseconds that are left; undefined when the caller gave no deadline. */
  readonly remainingMs: number | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * What a handler of a fanout method returns: a place in a group. It may also return an async
 * iterable, whose items are for this caller alone and asked for as its connection takes them.
 */
export interface Fanout<Init> {
  /**
   * Sent to this caller at once: the position, and a replay if there is one. A function is called
   * when the connection has room, in the very turn in which it joins the group, so that nothing can
   * come between the position and the group's first packet. It is not called when the call ends before.
   */
  readonly first: readonly Init[] | (() => readonly Init[]);
  /** The message id of the one-way packets that follow. Unique within the server; never 0. */
  readonly fanoutId: number;
  /** Called once when the call ends, for whatever reason. */
  readonly onEnd?: () => void;
}
