import type { Context, Handler } from "../../kernel/service.ts";
import type { OperationName } from "../../kernel/types.ts";
import type { state } from "./state.ts";

export type Sdk = typeof import("@aws-sdk/client-iam");
export type Iam = Context<typeof state>;
export type Operation<Name extends OperationName<Sdk>> = Handler<Sdk, typeof state, Name>;
