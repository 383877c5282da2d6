import type { Context, Handler } from "../../kernel/service.ts";
import type { OperationName } from "../../kernel/types.ts";
import type { state } from "./state.ts";

/**
 * The official client's types are our contract. The import is type-only: it is gone after the
 * build.
 */
export type Sdk = typeof import("@aws-sdk/client-cloudwatch");

export type Cloudwatch = Context<typeof state>;
export type Operation<Name extends OperationName<Sdk>> = Handler<Sdk, typeof state, Name>;

/** Units as the client knows them. */
export type Unit = import("@aws-sdk/client-cloudwatch").StandardUnit;
