/** One offline vector: bytes and their meaning. The proto-JSON of polywire.conformance.v1.Vector. */
export interface Vector {
  /** Unique among the vectors of a type and form. */
  readonly name: string;
  /** Full name of the message type. */
  readonly type: string;
  readonly form: 'protobuf' | 'layout' | 'text' | 'envelope';
  readonly hex: string;
  /** Proto-JSON of the message, as text; missing when the bytes must be refused. */
  readonly json?: string;
  /** Encoding `json` must give exactly `hex`. */
  readonly canonical?: boolean;
  readonly error?: 'ERROR_CODE_MALFORMED_MESSAGE' | 'ERROR_CODE_INVALID_UTF8';
}

export type VectorForm = Vector['form'];
export type VectorError = NonNullable<Vector['error']>;

/** The vectors of one message type in one form. The same bytes are kept once, as what they were first. */
export class VectorList {
  readonly #type: string;
  readonly #form: VectorForm;
  readonly #byHex = new Map<string, Vector>();

  constructor(type: string, form: VectorForm) {
    this.#type = type;
    this.#form = form;
  }

  /** These bytes are the one encoding of `json`. */
  canonical(name: string, bytes: Iterable<number>, json: string): void {
    this.#add(name, bytes, { json, canonical: true });
  }

  /** These bytes decode to `json`, but an encoder writes others. */
  accepted(name: string, bytes: Iterable<number>, json: string): void {
    this.#add(name, bytes, { json });
  }

  rejected(name: string, bytes: Iterable<number>, error: VectorError = 'ERROR_CODE_MALFORMED_MESSAGE'): void {
    this.#add(name, bytes, { error });
  }

  get vectors(): readonly Vector[] {
    return [...this.#byHex.values()];
  }

  #add(name: string, bytes: Iterable<number>, meaning: Pick<Vector, 'json' | 'canonical' | 'error'>): void {
    const hex = toHex(bytes);
    const known = this.#byHex.get(hex);
    if (known === undefined) this.#byHex.set(hex, { name, type: this.#type, form: this.#form, hex, ...meaning });
    else if (known.json !== meaning.json || known.error !== meaning.error) {
      throw new Error(`vectors ${known.name} and ${name} of ${this.#type} give ${hex} two meanings`);
    }
  }
}

function toHex(bytes: Iterable<number>): string {
  return Buffer.from([...bytes]).toString('hex');
}
