import { execFileSync } from 'node:child_process';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enumsOf, messagesOf } from './messages-of.js';
import { enumValueName, layoutSizeName, methodName, propertyName, typeName, upperSnake } from './names.js';
import { generate } from './run-codegen.js';
import { SchemaFolder } from './testing/schema-folder.js';

const SCHEMA = `syntax = "proto3";
package t.v1;

message Plain { string a = 1; }
message snake_case { string a = 1; }
message UPPER_CASE { string a = 1; }
message Mixed_Case { string a = 1; }
message HTTPServer2 { string a = 1; }
message _Leading { string a = 1; }
message Trailing_ { string a = 1; }
message Date { message Inner { enum Kind { KIND_NONE = 0; } string a = 1; } Inner inner = 1; }
message Function { string a = 1; }
message Outer_Type {
  message Inner_Type { message Date { string a = 1; } enum Deep_Kind { A = 0; } }
  message lower { string a = 1; }
}

message Fields {
  string plain = 1;
  string snake_case = 2;
  string camelCase = 3;
  string UPPER_CASE = 4;
  string Mixed_Case = 5;
  string _leading = 6;
  string trailing_ = 7;
  string two__lines = 8;
  string with_2_digits = 9;
  string a1_b2 = 10;
  string URL = 11;
  string URL_path = 12;
  string __proto__ = 13;
  string X_Y_z = 14;
  optional string maybe_there = 15;
  repeated string many_texts = 16;
  map<string, string> by_name = 17;
  oneof some_choice { string first_one = 18; string SECOND_ONE = 19; }
}

enum ErrorCode { ERROR_CODE_UNSPECIFIED = 0; ERROR_CODE_NOT_FOUND = 1; OTHER = 2; }
enum Digits { DIGITS_NONE = 0; DIGITS_404 = 1; DIGITS_FULL = 2; }
enum HTTPStatus { HTTP_STATUS_OK = 0; HTTPSTATUS_B = 1; }
enum snake_kind { snake_kind_zero = 0; SNAKE_KIND_ONE = 1; }
enum Level2 { LEVEL2_LOW = 0; LEVEL_2_HIGH = 1; }
enum Bare { BARE = 0; BARE_X = 2; }
`;

const folder = new SchemaFolder({ 'names.proto': SCHEMA });
let output = '';
let files: ReturnType<typeof descriptors> = [];

function descriptors() {
  const image = execFileSync(`${folder.path}/node_modules/.bin/buf`, ['build', folder.schemaDir, '-o', '-']);
  return [...createFileRegistry(fromBinary(FileDescriptorSetSchema, image)).files];
}

beforeAll(async () => {
  await generate({ schemaDir: folder.schemaDir, outDir: folder.outDir });
  output = folder.read('generated/src/messages/names.ts');
  files = descriptors();
});
afterAll(() => folder.remove());

/** Names that ts-proto declares, each with the names of its members. */
function declared(start: RegExp, member: RegExp): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [, name, body] of output.matchAll(start)) {
    found.set(
      name as string,
      [...(body as string).matchAll(member)].map((match) => match[1] as string),
    );
  }
  return found;
}

describe('names are the ones that ts-proto gives', () => {
  it('to messages and their properties', () => {
    const ours = messagesOf(files).map((message) => [typeName(message), message.members.map(propertyName)]);
    const theirs = declared(/^export interface (\w+) \{\n([^}]*(?:\{[^}]*\}[^}]*)*)^\}/gm, /^ {2}(\w+)\??:/gm);
    for (const entry of theirs.keys()) if (entry.endsWith('Entry')) theirs.delete(entry);
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
    expect(ours).toHaveLength(15);
  });

  it('to enums and their members', () => {
    const ours = enumsOf(files).map((desc) => [
      typeName(desc),
      desc.values.map((value) => enumValueName(desc, value.name)),
    ]);
    const theirs = declared(/^export const (\w+) = \{([^}]*)\} as const;/gm, /(\w+): -?\d+/g);
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
    expect(ours).toHaveLength(8);
  });
});

describe('names that are ours', () => {
  it.each([
    ['PacketHeader', 'PACKET_HEADER'],
    ['HTTPServer', 'HTTP_SERVER'],
    ['Level2Up', 'LEVEL2_UP'],
    ['a', 'A'],
  ])('upperSnake of %s is %s', (name, expected) => {
    expect(upperSnake(name)).toBe(expected);
  });

  it.each([
    ['Get', 'get'],
    ['GetAll', 'getAll'],
    ['get_all', 'getAll'],
    ['URLOf', 'uRLOf'],
    ['__proto__', 'proto'],
  ])('the method %s is called %s', (name, expected) => {
    expect(methodName({ name } as Parameters<typeof methodName>[0])).toBe(expected);
  });

  it('a layout in a message has its message in front', () => {
    const inner = messagesOf(files).find((message) => message.typeName === 't.v1.Date.Inner');
    expect(inner && layoutSizeName(inner)).toBe('DATE_INNER_BYTES');
  });
});
