import type { Identities, SessionFacts } from "../../iam/identities.ts";
import type { Context, Handler } from "../../kernel/service.ts";
import type { OperationName } from "../../kernel/types.ts";
import type { state } from "./state.ts";

export type Sdk = typeof import("@aws-sdk/client-sts");
export type Sts = Context<typeof state>;
export type Operation<Name extends OperationName<Sdk>> = Handler<Sdk, typeof state, Name>;

/** The identity service: it keeps the sessions that this one makes, and the MFA devices. */
export const identitiesOf = (sts: Sts): Identities => sts.identities as Identities;

/** How the caller's own credentials were made; undefined for long-term ones. */
export function callingSession(sts: Sts): SessionFacts | undefined {
  const { accessKeyId } = sts.caller;
  return accessKeyId === undefined ? undefined : identitiesOf(sts).credential(accessKeyId)?.session;
}
