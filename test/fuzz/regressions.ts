/** An input that our codecs and the oracle once did not agree on, or that they easily might not. */
export interface Regression {
  readonly name: string;
  readonly typeName: string;
  readonly hex: string;
  /** The reason to refuse it; undefined: it is valid. */
  readonly refused?: 'malformed' | 'too-deep' | 'unsafe-integer' | 'invalid-utf8';
}

const scalars = 'golden.kinds.v1.Scalars';
const lists = 'golden.kinds.v1.Lists';
const maps = 'golden.kinds.v1.Maps';
const numbers = 'golden.kinds.v1.Numbers';

export const regressions: readonly Regression[] = [
  // Found by the fuzzer.
  {
    name: 'a length of 2^32 is not a length of 0',
    typeName: 'golden.chat.v1.Record',
    hex: '2a8080808010',
    refused: 'malformed',
  },
  {
    name: 'a length of 2^35 is not a length of 0',
    typeName: 'golden.chat.v1.Record',
    hex: '2a8080808080ff808010',
    refused: 'malformed',
  },
  {
    name: 'a string whose length is 2^32 + 1',
    typeName: scalars,
    hex: '72818080801061',
    refused: 'malformed',
  },
  { name: 'a length with more bytes than it needs', typeName: scalars, hex: '728180800061' },
  { name: 'a length of ten bytes that is 1', typeName: scalars, hex: '728180808080808080800061' },
  {
    name: 'an end-group tag of six bytes',
    typeName: 'polywire.conformance.v1.Close',
    hex: 'fbe109fce18980808000',
    refused: 'malformed',
  },
  {
    name: 'an end-group tag beyond 32 bits',
    typeName: 'polywire.conformance.v1.Close',
    hex: 'fbffffff0ffcffffff1f',
    refused: 'malformed',
  },
  {
    name: 'a Value that comes twice in one entry of a Struct is merged',
    typeName: 'google.protobuf.Struct',
    hex: '0a130a0161120632040a020800120632040a022001',
  },
  {
    name: 'a Value without a kind after a list in one entry of a Struct',
    typeName: 'google.protobuf.Struct',
    hex: '0a0b0a016112043202 0a001200',
  },
  { name: 'a null that is not the enum value 0', typeName: 'google.protobuf.Struct', hex: '0a05120308ff7f' },
  { name: 'a signalling NaN in a list', typeName: lists, hex: '09800000000000f0ff' },
  // Edges that readers get wrong.
  { name: 'an int32 of -1 in ten bytes', typeName: scalars, hex: '18ffffffffffffffffff01' },
  { name: 'an int32 of -1 in five bytes', typeName: scalars, hex: '18ffffffff0f' },
  { name: 'an int32 with bits beyond 32', typeName: scalars, hex: '1881808080f0ffffff7f' },
  { name: 'a uint32 with bits beyond 32', typeName: scalars, hex: '28ffffffffffffffffff01' },
  { name: 'a sint32 in ten bytes', typeName: scalars, hex: '38ffffffffffffffffff01' },
  { name: 'the lowest sint32', typeName: scalars, hex: '38ffffffff0f' },
  { name: 'the lowest sint64', typeName: scalars, hex: '40ffffffffffffffffff01' },
  { name: 'the lowest int64', typeName: scalars, hex: '2080808080808080808001' },
  { name: 'a uint64 whose tenth byte is too large', typeName: scalars, hex: '30ffffffffffffffffff7f' },
  { name: 'a bool in ten bytes that is true by its last', typeName: scalars, hex: '6880808080808080808001' },
  { name: 'a bool of 2^32', typeName: scalars, hex: '688080808010' },
  { name: 'a bool in two bytes that is false', typeName: scalars, hex: '688000' },
  { name: 'a varint of eleven bytes', typeName: scalars, hex: '188080808080808080808000', refused: 'malformed' },
  { name: 'an enum of -2147483648', typeName: scalars, hex: '800180808080f8ffffffff01' },
  { name: 'an enum that has no name', typeName: scalars, hex: '80017b' },
  { name: '-0', typeName: scalars, hex: '0900000000000000801500000080' },
  { name: 'a tag of five bytes', typeName: scalars, hex: '988080800001' },
  { name: 'a tag of six bytes', typeName: scalars, hex: '98808080800001', refused: 'malformed' },
  { name: 'a tag beyond 32 bits', typeName: scalars, hex: '988080801001', refused: 'malformed' },
  { name: 'field number 0', typeName: scalars, hex: '0001', refused: 'malformed' },
  { name: 'wire type 6', typeName: scalars, hex: '0e01', refused: 'malformed' },
  { name: 'wire type 7', typeName: scalars, hex: '0f01', refused: 'malformed' },
  { name: 'an end-group tag alone', typeName: scalars, hex: '0c', refused: 'malformed' },
  { name: 'a known field with another wire type', typeName: scalars, hex: '0d01020304' },
  { name: 'a group with the number of a known field', typeName: scalars, hex: '0b08010c2001' },
  { name: 'the tag of the highest field number', typeName: 'golden.kinds.v1.HighNumbers', hex: 'faffffff0f00' },
  { name: 'packed and unpacked in one list', typeName: lists, hex: '18011a0202031804' },
  { name: 'a packed list whose last item is cut', typeName: lists, hex: '1a020180', refused: 'malformed' },
  { name: 'packed doubles that are not whole', typeName: lists, hex: '0a09000000000000f03f00', refused: 'malformed' },
  { name: 'an empty packed list', typeName: lists, hex: '1a00' },
  { name: 'an entry without a key and a value', typeName: maps, hex: '6200' },
  { name: 'an entry with its value first', typeName: maps, hex: '62061201610a016b' },
  { name: 'the key __proto__', typeName: maps, hex: '6a0d0a095f5f70726f746f5f5f1001' },
  { name: 'the keys true and false', typeName: maps, hex: '5a04080110015a021000' },
  {
    name: 'a message in an entry that comes twice is merged',
    typeName: maps,
    hex: '72161209090000000000 00f03f120911000000000000f03f',
  },
  {
    name: 'a member of a oneof that comes twice is merged',
    typeName: 'golden.kinds.v1.Choices',
    hex: '3a09090000000000 00f03f3a0911000000000000f03f',
  },
  {
    name: 'another member of a oneof replaces the first',
    typeName: 'golden.kinds.v1.Choices',
    hex: '3a0909000000000000f03f4001',
  },
  { name: '2^53 - 1', typeName: numbers, hex: '08ffffffffffffff0f10ffffffffffffff0f' },
  { name: '2^53', typeName: numbers, hex: '108080808080808010', refused: 'unsafe-integer' },
  { name: '-(2^53 - 1)', typeName: numbers, hex: '0881808080808080f0ff01' },
  { name: '-(2^53)', typeName: numbers, hex: '0880808080808080f0ff01', refused: 'unsafe-integer' },
  {
    name: 'the greatest uint64 as a number',
    typeName: numbers,
    hex: '10ffffffffffffffffff01',
    refused: 'unsafe-integer',
  },
  { name: '-1 as a zigzag number', typeName: numbers, hex: '1801' },
  { name: 'a lone surrogate in UTF-8', typeName: scalars, hex: '7203eda080', refused: 'invalid-utf8' },
  { name: 'an overlong NUL in UTF-8', typeName: scalars, hex: '7202c080', refused: 'invalid-utf8' },
  { name: 'a byte order mark is a character', typeName: scalars, hex: '7203efbbbf' },
];
