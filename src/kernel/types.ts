/**
 * From the official client's types to a handler's: the only clever types, kept in one file.
 * `Sdk` is `typeof import("@aws-sdk/client-…")`.
 */

/** "CreateQueue" for every exported `CreateQueueCommand`. */
export type OperationName<Sdk> = {
  [Export in keyof Sdk]: Export extends `${infer Name}Command` ? Name : never;
}[keyof Sdk];

type CommandOf<Sdk, Name extends string> = `${Name}Command` extends infer Export extends keyof Sdk
  ? Sdk[Export] extends abstract new (...given: never) => infer Command
    ? Command
    : never
  : never;

/** What a handler receives: required members are there, because validation came first. */
export type InputOf<Sdk, Name extends string> =
  CommandOf<Sdk, Name> extends { readonly input: infer Input } ? Validated<Input> : never;

/**
 * What a handler gives back: the client's output without its metadata; streams as we write them.
 */
export type OutputOf<Sdk, Name extends string> =
  CommandOf<Sdk, Name> extends {
    resolveMiddleware(...given: never): (given: never) => Promise<{ output: infer Output }>;
  }
    ? Given<Omit<Output, "$metadata">>
    : never;

/** Bytes of a streaming member, in and out. */
export type ByteStream = AsyncIterable<Uint8Array>;

type Plain = string | number | boolean | bigint | Date | Uint8Array | null | undefined;

type IsAny<T> = 0 extends 1 & T ? true : false;

/**
 * A client's stream type, whatever its runtimes: it accepts Uint8Array besides things that are no
 * plain data.
 */
type IsStream<T> = [T] extends [never]
  ? false // a member that a union says is not there
  : [{}] extends [T]
    ? false // nothing is required of it: an empty input or output
    : [Uint8Array] extends [T]
      ? [Exclude<T, Plain>] extends [never]
        ? false
        : true
      : T extends { transformToByteArray(): unknown }
        ? true
        : false;

/** Strips `| undefined` from required members at any depth. */
export type Validated<T> =
  IsAny<T> extends true
    ? unknown
    : IsStream<NonNullable<T>> extends true
      ? ByteStream | Extract<T, undefined>
      : T extends Plain
        ? T
        : T extends AsyncIterable<infer Event>
          ? AsyncIterable<Event>
          : T extends readonly (infer Element)[]
            ? readonly Exclude<Validated<Element>, undefined>[]
            : T extends object
              ? {
                  readonly [Name in keyof T]: {} extends Pick<T, Name>
                    ? Validated<T[Name]>
                    : Exclude<Validated<T[Name]>, undefined>;
                }
              : T;

/** An output: read-only data is welcome, streams are async iterables or bytes. */
export type Given<T> =
  IsAny<T> extends true
    ? unknown
    : IsStream<NonNullable<T>> extends true
      ? ByteStream | Uint8Array | undefined
      : T extends Plain
        ? T
        : T extends AsyncIterable<infer Event>
          ? AsyncIterable<Event>
          : T extends readonly (infer Element)[]
            ? readonly Given<Element>[]
            : T extends object
              ? { readonly [Name in keyof T]: Given<T[Name]> }
              : T;
