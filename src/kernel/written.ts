/**
 * Parts of an answer that are kept in the form in which they go out. What gives such a part gives
 * the text as it is: nothing is read only to be written again.
 */
export class Written {
  /** In the one form that the service's protocol has for it. */
  readonly text: string;
  readonly #read: (text: string) => unknown;

  constructor(text: string, read: (text: string) => unknown) {
    this.text = text;
    this.#read = read;
  }

  read(): unknown {
    return this.#read(this.text);
  }
}

/** The output of an operation, for another service: whatever is written in it is read. */
export function readWritten(value: unknown): unknown {
  if (value instanceof Written) return value.read();
  if (Array.isArray(value)) return value.map(readWritten);
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, readWritten(part)]));
}
