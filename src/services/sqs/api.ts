import type { AsyncContext, AsyncHandler, Context, Handler } from "../../kernel/service.ts";
import type { OperationName } from "../../kernel/types.ts";
import type { state } from "./state.ts";

/**
 * The official client's types are our contract. The import is type-only: it is gone after the
 * build.
 */
export type Sdk = typeof import("@aws-sdk/client-sqs");

export type Sqs = Context<typeof state>;
export type SqsAsync = AsyncContext<typeof state>;
export type Operation<Name extends OperationName<Sdk>> = Handler<Sdk, typeof state, Name>;
export type AsyncOperation<Name extends OperationName<Sdk>> = AsyncHandler<Sdk, typeof state, Name>;
