import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { CmdRequestCodec, type CmdRequestInit } from '@polywire/protocol/legacy.kv.v1';
import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import { KvService } from '@polywire/protocol/polywire.kv.v1';
import { SessionService } from '@polywire/protocol/polywire.session.v1';
import { PacketType } from '@polywire/protocol/polywire.transport.v1';
import { ByteWriter, type MethodDescriptor, type ServiceDescriptor } from '@polywire/protocol/wire';
import { PacketWriter } from '@polywire/sdk/core';
import type { Bench } from './bench.js';
import { type RunningServer, serveScript } from './serve-script.js';

/** Messages that are written in one piece. */
const BATCH = 64;
const WARMUP_BATCHES = 800;
const MEASURED_BATCHES = 250;
const REPEATS = 3;
const KEY = 'key:00000001';
const VALUE = new Uint8Array(32).fill(97);
// All that is measured fits into the young generation: nothing is collected meanwhile.
const flags = ['--min-semi-space-size=64', '--max-semi-space-size=128'];

/**
 * Bytes of JavaScript objects that the server makes for each message of its hot paths, from socket to socket. The
 * same source gives the same numbers within one or two per cent, however busy the machine is.
 */
export async function measureAllocations(bench: Bench): Promise<Record<string, number>> {
  const listen = JSON.stringify({ listen: ['tcp', 'kv'] });
  const server = await serveScript(bench, 'polywire', listen, { memory: true, flags });
  const native = await open(server.port('tcp'));
  await exchange(native, calls(SessionService, 'hello', {}, 1), 1);
  await exchange(native, calls(KvService, 'set', { key: KEY, value: VALUE }, 1), 1);
  const kv = await open(server.port('kv'));
  const paths: readonly (readonly [string, Socket, Uint8Array])[] = [
    ['native echo', native, calls(ConformanceService, 'unary', { payload: VALUE })],
    ['native get', native, calls(KvService, 'get', { key: KEY })],
    ['native set', native, calls(KvService, 'set', { key: KEY, value: VALUE })],
    ['native publish', native, calls(KvService, 'publish', { topic: 'ticks', payload: VALUE })],
    ['kv get', kv, commands({ reqData: { $case: 'get', value: { key: KEY } } })],
    ['kv set', kv, commands({ reqData: { $case: 'set', value: { key: KEY, value: VALUE, expire: 1000 } } })],
  ];
  const found: Record<string, number> = {};
  for (const [name, socket, batch] of paths) found[name] = await measure(server, socket, batch);
  native.destroy();
  kv.destroy();
  return found;
}

async function measure(server: RunningServer, socket: Socket, batch: Uint8Array): Promise<number> {
  for (let index = 0; index < WARMUP_BATCHES; index++) await exchange(socket, batch, BATCH);
  const found: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const before = await server.memory(true);
    for (let index = 0; index < MEASURED_BATCHES; index++) await exchange(socket, batch, BATCH);
    const after = await server.memory(false);
    found.push((after.objects - before.objects) / (MEASURED_BATCHES * BATCH));
  }
  // Code that is compiled meanwhile only adds.
  return Math.round(Math.min(...found));
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** Writes requests and waits for as many replies. */
function exchange(socket: Socket, bytes: Uint8Array, count: number): Promise<void> {
  const isNative = bytes[0] === 1;
  return new Promise((resolve, reject) => {
    let left = count;
    let rest: Buffer = Buffer.alloc(0);
    const fail = (): void => reject(new Error('the server ended the connection'));
    const onData = (data: Buffer): void => {
      const input = rest.length === 0 ? data : Buffer.concat([rest, data]);
      let at = 0;
      for (let end = endOf(input, at); end <= input.length; end = endOf(input, at)) {
        at = end;
        left--;
      }
      rest = input.subarray(at);
      if (left > 0) return;
      socket.off('data', onData).off('close', fail);
      resolve();
    };
    const endOf = isNative ? packetEnd : frameEnd;
    socket.on('data', onData).once('close', fail);
    socket.write(bytes);
  });
}

function packetEnd(input: Buffer, at: number): number {
  if (input.length - at < 16) return Number.POSITIVE_INFINITY;
  return at + 16 + input.readUInt16BE(at + 8) + input.readUInt32BE(at + 10);
}

function frameEnd(input: Buffer, at: number): number {
  return input.length - at < 4 ? Number.POSITIVE_INFINITY : at + 4 + input.readUInt32BE(at);
}

/** Calls of one method. */
function calls(service: ServiceDescriptor<unknown>, methodName: string, message: unknown, count = BATCH): Uint8Array {
  const method = service.methods[methodName] as MethodDescriptor;
  const writer = new PacketWriter();
  for (let messageId = 1; messageId <= count; messageId++) {
    const head = { packetType: PacketType.REQUEST, serviceId: service.serviceId, messageId, flags: 0 };
    writer.message({ ...head, route: { methodId: method.methodId } }, method.request, message);
  }
  return writer.take().slice();
}

/** Frames of the older KV wire. */
function commands(request: CmdRequestInit): Uint8Array {
  const writer = new ByteWriter();
  for (let count = 0; count < BATCH; count++) {
    const start = writer.reserve(4);
    CmdRequestCodec.write(request, writer);
    writer.dataView.setUint32(start, writer.pos - start - 4);
  }
  return writer.copy();
}
