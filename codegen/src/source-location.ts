import type { DescFile } from '@bufbuild/protobuf';
import type { SourceCodeInfo_Location } from '@bufbuild/protobuf/wkt';
import type { AnyDesc } from './emit-context.js';

// Field numbers of descriptor.proto: the path of a location is made of them and of indexes.
const PACKAGE = 2;
const SYNTAX = 12;

const indexes = new WeakMap<DescFile, ReadonlyMap<string, SourceCodeInfo_Location>>();

/** Where `desc` is declared, and the comments there; of a file, its syntax line. Undefined without source info. */
export function locationOf(desc: AnyDesc): SourceCodeInfo_Location | undefined {
  return locationAt(fileOf(desc), pathOf(desc));
}

/** The package line of a file: what stands above it is about the package. */
export function packageLocation(file: DescFile): SourceCodeInfo_Location | undefined {
  return locationAt(file, [PACKAGE]);
}

/** The file that `desc` is declared in. */
export function fileOf(desc: AnyDesc): DescFile {
  switch (desc.kind) {
    case 'file':
      return desc;
    case 'field':
    case 'oneof':
    case 'rpc':
    case 'enum_value':
      return desc.parent.file;
    default:
      return desc.file;
  }
}

function locationAt(file: DescFile, path: readonly number[]): SourceCodeInfo_Location | undefined {
  let index = indexes.get(file);
  if (index === undefined) {
    const locations = file.proto.sourceCodeInfo?.location ?? [];
    // The first location of a path is its declaration.
    index = new Map([...locations].reverse().map((location) => [location.path.join(), location]));
    indexes.set(file, index);
  }
  return index.get(path.join());
}

function pathOf(desc: AnyDesc): number[] {
  switch (desc.kind) {
    case 'file':
      return [SYNTAX];
    case 'message':
      return desc.parent === undefined
        ? [4, desc.file.proto.messageType.indexOf(desc.proto)]
        : [...pathOf(desc.parent), 3, desc.parent.proto.nestedType.indexOf(desc.proto)];
    case 'enum':
      return desc.parent === undefined
        ? [5, desc.file.proto.enumType.indexOf(desc.proto)]
        : [...pathOf(desc.parent), 4, desc.parent.proto.enumType.indexOf(desc.proto)];
    case 'extension':
      return desc.parent === undefined
        ? [7, desc.file.proto.extension.indexOf(desc.proto)]
        : [...pathOf(desc.parent), 6, desc.parent.proto.extension.indexOf(desc.proto)];
    case 'service':
      return [6, desc.file.proto.service.indexOf(desc.proto)];
    case 'field':
      return [...pathOf(desc.parent), 2, desc.parent.proto.field.indexOf(desc.proto)];
    case 'oneof':
      return [...pathOf(desc.parent), 8, desc.parent.proto.oneofDecl.indexOf(desc.proto)];
    case 'enum_value':
      return [...pathOf(desc.parent), 2, desc.parent.proto.value.indexOf(desc.proto)];
    case 'rpc':
      return [...pathOf(desc.parent), 2, desc.parent.proto.method.indexOf(desc.proto)];
  }
}
