/**
 * What a User-Agent says of the service: SDKs write `api/lex-models-v2#3.1`, the second AWS CLI
 * `md/command#lexv2-models.list-bots`. boto3 and the first AWS CLI say nothing.
 */
import { rememberedLast } from "../../kernel/remembered.ts";

const NAMED = /(?:^|\s)(?:api\/([\w-]+)|md\/command#([a-z\d-]+)\.)/;

/** The service's name without case and punctuation, in which SDKs differ. */
export const serviceOfUserAgent = rememberedLast((userAgent: string): string | undefined => {
  const found = NAMED.exec(userAgent);
  const name = found?.[1] ?? found?.[2];
  return name === undefined ? undefined : plainName(name);
});

export const plainName = (name: string) => name.toLowerCase().replaceAll(/[^a-z\d]/g, "");
