import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AnyCodec, decode, encode, type ServiceDescriptor, type WireError } from '@polywire/protocol/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generate } from './run-codegen.js';
import { filesBelow, SchemaFolder } from './testing/schema-folder.js';

// POLYWIRE_UPDATE_GOLDENS=1 writes the goldens anew; read the difference before committing it.
const goldens = fileURLToPath(new URL('../goldens', import.meta.url));
const expected = join(goldens, 'output');
// Validators have tests of their own and are long.
const isGolden = (path: string): boolean => path.startsWith('src/') && !path.startsWith('src/validators/');

const [first, second] = [new SchemaFolder(), new SchemaFolder()];

beforeAll(async () => {
  for (const { outDir } of [first, second]) await generate({ schemaDir: join(goldens, 'schema'), outDir });
  if (process.env.POLYWIRE_UPDATE_GOLDENS === undefined) return;
  rmSync(expected, { recursive: true, force: true });
  for (const path of first.files('generated').keys()) {
    if (isGolden(path)) cpSync(join(first.outDir, path), join(expected, path));
  }
});
afterAll(() => {
  first.remove();
  second.remove();
});

describe('the output of the golden schema', () => {
  it('is the same in every run', () => {
    expect(first.files('generated')).toEqual(second.files('generated'));
  });

  it('is byte for byte what the goldens are', () => {
    const found = [...first.files('generated')].filter(([path]) => isGolden(path));
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(filesBelow(expected)));
  });

  it('compiles against the published runtime, and messages make the round trip', async () => {
    expect(await first.compile()).toBe('');
    expect(existsSync(join(first.path, 'dist/api/golden.kinds.v1.js'))).toBe(true);
    const { ScalarsCodec } = (await first.load('api/golden.kinds.v1.js')) as { ScalarsCodec: AnyCodec };
    const message = { int64Field: -5n, stringField: 'text', enumField: -1, doubleField: -0 };
    const bytes = encode(ScalarsCodec, message);
    expect(Buffer.from(bytes).toString('hex')).toBe(
      '09000000000000008020fbffffffffffffffff0172047465787480 01ffffffffffffffffff01'.replace(' ', ''),
    );
    expect(decode(ScalarsCodec, bytes)).toMatchObject({ ...message, boolField: false, uint64Field: 0n });
  });
});

describe('the other forms of the golden schema', () => {
  const load = async (path: string) => (await first.load(path)) as Record<string, never>;

  it.each(['api', 'browser'])('reads and writes layouts (%s)', async (target) => {
    const chat = await load(`${target}/golden.chat.v1.js`);
    const layout = chat as unknown as {
      RECORD_BYTES: number;
      RECORD_PART_BYTES: number;
      readRecord(bytes: Uint8Array, offset: number): object;
      writeRecord(message: object, view: DataView, offset: number): void;
    };
    expect([layout.RECORD_BYTES, layout.RECORD_PART_BYTES]).toEqual([16, 4]);
    const view = new DataView(new ArrayBuffer(18));
    const record = { version: 1, level: 2, room: 0x0304, length: 0x05060708, offset: 0x090a0b0c0d0e0f10n };
    layout.writeRecord(record, view, 1);
    expect(Buffer.from(view.buffer).toString('hex')).toBe('000102030405060708090a0b0c0d0e0f1000');
    const bytes = new Uint8Array(view.buffer);
    expect(layout.readRecord(bytes, 1)).toEqual(record);
    for (const offset of [-1, 3]) expect(() => layout.readRecord(bytes, offset)).toThrow(RangeError);
    expect(() => layout.writeRecord(record, view, 3)).toThrow(RangeError);
    // Of a view of a larger buffer too.
    expect(() => layout.readRecord(bytes.subarray(0, 16), 1)).toThrow(RangeError);
  });

  it.each([
    ['SAY hall: hello: you', { room: 'hall', text: 'hello: you' }],
    ['SAY : ', { room: '', text: '' }],
    ['SAY hall', undefined],
    ['say hall: x', undefined],
    ['', undefined],
  ])('takes the text %j apart', async (text, message) => {
    const { SayCommandText } = (await load('api/golden.chat.v1.js')) as unknown as {
      SayCommandText: { parse(text: string): unknown; format(message: object): string };
    };
    expect(SayCommandText.parse(text)).toEqual(message);
    if (message !== undefined) expect(SayCommandText.format(message)).toBe(text);
  });

  it('does not print a text that would be read as something else', async () => {
    const { SayCommandText } = (await load('api/golden.chat.v1.js')) as unknown as {
      SayCommandText: { format(message: object): string };
    };
    expect(SayCommandText.format({ room: 'a:b', text: 'c: d' })).toBe('SAY a:b: c: d');
    expect(() => SayCommandText.format({ room: 'a: b', text: 'c' })).toThrow(
      'golden.chat.v1.SayCommand.room has no text form: it holds ": " at 1',
    );
  });

  it('reads and writes envelopes', async () => {
    const { NoteJson } = (await load('api/golden.chat.v1.js')) as unknown as {
      NoteJson: { parse(text: string): unknown; format(message: object): string };
    };
    const note = { room: 'a"b', plainText: '\n', escaped: '' };
    const text = '{"room":"a\\"b","plainText":"\\n","a \\"quoted\\" name":""}';
    expect(NoteJson.format(note)).toBe(text);
    expect(NoteJson.parse(text)).toEqual(note);
    for (const wrong of ['', '[]', '{}', '{"room":1,"plainText":"","a \\"quoted\\" name":""}', 'null']) {
      expect(() => NoteJson.parse(wrong)).toThrow('malformed envelope');
    }
  });

  it.each([
    [{ room: 'hall', nonce: 1n }, undefined],
    [{ nonce: 1n }, 'room'],
    [{ room: 'Hall', nonce: 1n }, 'room'],
    [{ room: 'h'.repeat(65), nonce: 1n }, 'room'],
    [{ room: 'hall' }, 'nonce'],
    [{ room: 'hall', nonce: 1n, text: '€'.repeat(333) }, undefined],
    [{ room: 'hall', nonce: 1n, text: '€'.repeat(334) }, 'text'],
    [{ room: 'hall', nonce: 1n, mentions: ['@a', 'b'] }, 'mentions'],
    [{ room: 'hall', nonce: 1n, mentions: Array(9).fill('@a') }, 'mentions'],
    [{ room: 'hall', nonce: 1n, volume: 11 }, undefined],
    [{ room: 'hall', nonce: 1n, volume: 11.5 }, 'volume'],
    [{ room: 'hall', nonce: 1n, volume: Number.NaN }, 'volume'],
    [{ room: 'hall', nonce: 1n, attachment: new Uint8Array(4097) }, 'attachment'],
    [{ room: 'hall', nonce: 1n, votes: new Map([['a', 1]]) }, undefined],
    [{ room: 'hall', nonce: 1n, votes: new Map([['a', 2]]) }, 'votes'],
    [{ room: 'hall', nonce: 1n, target: { $case: 'person', value: '' } }, 'person'],
    [{ room: 'hall', nonce: 1n, target: { $case: 'desk', value: -6 } }, 'desk'],
    [{ room: 'hall', nonce: 1n, target: { $case: 'replyTo', value: { request: { nonce: 1n } } } }, 'room'],
  ])('checks rules: case %#', async (init, field) => {
    for (const target of ['api', 'browser']) {
      expect(await wrongField(`${target}/golden.chat.v1.js`, init)).toBe(field);
    }
  });

  async function wrongField(path: string, init: unknown): Promise<string | undefined> {
    const { SayRequestCodec } = (await load(path)) as unknown as { SayRequestCodec: AnyCodec };
    const message = decode(SayRequestCodec, encode(SayRequestCodec, init));
    try {
      SayRequestCodec.check?.(message);
      return undefined;
    } catch (error) {
      return (error as WireError).field?.split('.').at(-1);
    }
  }

  it('describes services', async () => {
    const { ChatService } = (await load('api/golden.chat.v1.js')) as unknown as {
      ChatService: ServiceDescriptor;
    };
    const facts = Object.entries(ChatService.methods).map(([name, { methodId, kind, idempotent, fanout }]) =>
      [name, methodId, kind, idempotent, fanout].join(' '),
    );
    expect([ChatService.typeName, ChatService.serviceId]).toEqual(['golden.chat.v1.ChatService', 200]);
    expect(facts).toEqual([
      'say 1 unary true false',
      'listen 2 server-stream false true',
      'history 3 server-stream false false',
      'upload 4 client-stream false false',
      'talk 127 bidi-stream false false',
      'reset 5 unary false false',
    ]);
  });

  it('has the table of error codes', async () => {
    const { errorTable } = (await load('errors.js')) as unknown as { errorTable: Record<number, object> };
    expect(errorTable).toEqual({
      1: expect.objectContaining({ name: 'NO_ROOM', closeCode: 3500, retryable: false, hint: 'Make the room first.' }),
      2: expect.objectContaining({ name: 'FULL', closeCode: 3001, retryable: true, description: 'Too many people.' }),
    });
  });
});
