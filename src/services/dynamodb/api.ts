/** DynamoDB's types: the official client's, type-only. */
import type { AsyncContext, AsyncHandler, Context, Handler } from "../../kernel/service.ts";
import type { InputOf, OperationName, OutputOf } from "../../kernel/types.ts";
import type { state } from "./state.ts";

export type Sdk = typeof import("@aws-sdk/client-dynamodb");

export type Dynamodb = Context<typeof state>;
export type DynamodbAsync = AsyncContext<typeof state>;
export type Operation<Name extends OperationName<Sdk>> = Handler<Sdk, typeof state, Name>;
export type AsyncOperation<Name extends OperationName<Sdk>> = AsyncHandler<Sdk, typeof state, Name>;
export type Input<Name extends OperationName<Sdk>> = InputOf<Sdk, Name>;
export type Output<Name extends OperationName<Sdk>> = OutputOf<Sdk, Name>;
