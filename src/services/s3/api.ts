/**
 * The types of S3's handlers: the official client's, so that a misspelt member does not compile.
 */
import type { AsyncContext, AsyncHandler, Context, Handler } from "../../kernel/service.ts";
import type { OperationName } from "../../kernel/types.ts";
import type { state } from "./state.ts";

export type Sdk = typeof import("@aws-sdk/client-s3");

export type S3 = Context<typeof state>;
export type S3Async = AsyncContext<typeof state>;
export type Operation<Name extends OperationName<Sdk>> = Handler<Sdk, typeof state, Name>;
export type AsyncOperation<Name extends OperationName<Sdk>> = AsyncHandler<Sdk, typeof state, Name>;
