/**
 * An error of AWS, as the caller will see it. It carries no bytes: the protocol layer writes it,
 * and takes status and fault from the model unless the error brings its own.
 */
export class AwsError extends Error {
  readonly code: string;
  /** HTTP status; when absent, the model's for this code, otherwise 400. */
  readonly status: number | undefined;
  /** Further members of the error's shape, for instance `CancellationReasons`. */
  readonly members: Readonly<Record<string, unknown>>;
  /** "Receiver" is AWS's fault, "Sender" the caller's. When absent: the model's, or by status. */
  readonly fault: "Sender" | "Receiver" | undefined;
  /** Response headers that come with it, for instance `x-amz-delete-marker`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, message: string, more: ErrorDetails = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = more.status;
    this.fault = more.fault;
    this.members = more.members ?? {};
    this.headers = more.headers ?? {};
  }
}

export interface ErrorDetails {
  readonly status?: number;
  readonly fault?: "Sender" | "Receiver";
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What AWS can and this cloud cannot: said, and never passed over in silence. */
export const notImplemented = (message: string) =>
  new AwsError("NotImplementedBySnowglobe", message, { status: 501, fault: "Receiver" });

/** A sentence, or a function that words it. */
export type Wording = string | ((...facts: never[]) => string);

export type ErrorFactories<Table extends Record<string, Wording>> = {
  readonly [Code in keyof Table]: Table[Code] extends (...facts: infer Facts) => string
    ? (...facts: Facts) => AwsError
    : (details?: ErrorDetails) => AwsError;
};

/**
 * Names of the error classes that an official client exports: those with a literal `name` and a
 * `$fault`.
 */
export type ModelledErrors<Sdk> = {
  [Name in keyof Sdk & string]: Sdk[Name] extends abstract new (...of: never) => {
    readonly $fault: "client" | "server";
    readonly name: Name;
  }
    ? Name
    : never;
}[keyof Sdk & string];

/**
 * The errors of a service: code to sentence. Codes, statuses and fault sides come from the model.
 * The few that AWS returns without modelling them stand in the second argument, with their status.
 *
 * @example
 * export const { QueueDoesNotExist } = defineErrors<Sdk>()({ QueueDoesNotExist: "The specified
 * queue does not exist." }); throw QueueDoesNotExist();
 */
export function defineErrors<Sdk>() {
  return <
    Modelled extends Record<string, Wording>,
    Unmodelled extends Record<string, { status: number; wording: Wording }> = {},
  >(
    modelled: Modelled & { [Code in Exclude<keyof Modelled, ModelledErrors<Sdk>>]: never },
    unmodelled?: Unmodelled,
  ): ErrorFactories<Modelled> &
    ErrorFactories<{ [C in keyof Unmodelled]: Unmodelled[C]["wording"] }> => {
    const factories: Record<string, (...facts: never[]) => AwsError> = {};
    for (const [code, wording] of Object.entries<Wording>(modelled)) {
      factories[code] = factory(code, wording, undefined);
    }
    for (const [code, { status, wording }] of Object.entries(unmodelled ?? {})) {
      factories[code] = factory(code, wording, status);
    }
    return factories as never;
  };
}

function factory(code: string, wording: Wording, status: number | undefined) {
  const own: ErrorDetails = status === undefined ? {} : { status };
  if (typeof wording === "string") {
    return (details?: ErrorDetails) => new AwsError(code, wording, { ...own, ...details });
  }
  return (...facts: never[]) => new AwsError(code, wording(...facts), own);
}
