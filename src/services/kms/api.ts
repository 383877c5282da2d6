import type { Identities } from "../../iam/identities.ts";
import type { AsyncContext, AsyncHandler, Context, Handler } from "../../kernel/service.ts";
import type { OperationName } from "../../kernel/types.ts";
import type { state } from "./state.ts";

/**
 * The official client's types are our contract. The import is type-only: it is gone after the
 * build.
 */
export type Sdk = typeof import("@aws-sdk/client-kms");

export type Kms = Context<typeof state>;
export type KmsAsync = AsyncContext<typeof state>;
export type Operation<Name extends OperationName<Sdk>> = Handler<Sdk, typeof state, Name>;
export type AsyncOperation<Name extends OperationName<Sdk>> = AsyncHandler<Sdk, typeof state, Name>;

/** Who may do what: the identity service. */
export const identitiesOf = (kms: Kms): Identities => kms.identities as Identities;
