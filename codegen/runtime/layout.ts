// Readers and writers that interpret a description of a layout, for browsers: less code than the direct ones.

/** Widths of the fields in bytes, in order. */
export type LayoutFields = Readonly<Record<string, number>>;

// biome-ignore lint/suspicious/noExplicitAny: a layout is used with messages of every type
type Any = any;

/** Reads a layout's bytes at `offset` into `into`, or into a new object. Throws RangeError when they are not there. */
export function layoutReader<T>(fields: LayoutFields): (bytes: Uint8Array, offset: number, into?: T) => T {
  return (bytes, offset, into = {} as T) => {
    const view: Any = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    forEach(fields, offset, (name, type, at) => {
      (into as Any)[name] = view[`get${type}`](at);
    });
    return into;
  };
}

/** Writes a layout's bytes at `offset`; a number is cut to the width of its field. Throws RangeError when there is no room. */
export function layoutWriter<T>(fields: LayoutFields): (message: T, view: DataView, offset: number) => void {
  return (message, view: Any, offset) =>
    forEach(fields, offset, (name, type, at) => view[`set${type}`](at, (message as Any)[name]));
}

/** @param run gets the name of a field, what a DataView calls its type, and where it begins */
function forEach(fields: LayoutFields, offset: number, run: (name: string, type: string, at: number) => void): void {
  let at = offset;
  for (const [name, width] of Object.entries(fields)) {
    run(name, `${width > 4 ? 'Big' : ''}Uint${width * 8}`, at);
    at += width;
  }
}
