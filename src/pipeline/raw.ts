/**
 * Requests that are no operation of the model, and what browsers want besides: form uploads,
 * preflights, CORS headers.
 */
import { signatureMismatch } from "../iam/signature/errors.ts";
import { signsText } from "../iam/signature/verify.ts";
import { signsForm } from "../iam/signature/version2.ts";
import { WaitingContext } from "../kernel/context.ts";
import { notImplemented } from "../kernel/errors.ts";
import type { RawRequest, SignedForm } from "../kernel/service.ts";
import { idHeaders } from "../protocol/rest/rest-xml.ts";
import { checksSignatures, credentialOf, dialectOf, type Known } from "./authenticate.ts";
import { injectFaults } from "./inject-faults.ts";
import { metaOf } from "./request-id.ts";
import { runOperation } from "./run.ts";
import { exchangeOf, NOBODY, type Parts, type Visit } from "./visit.ts";

export function answerRaw(parts: Parts, visit: Visit): Promise<void> | undefined {
  return visit.raw === undefined ? undefined : answerNamed(parts, visit, visit.raw);
}

async function answerNamed(parts: Parts, visit: Visit, name: string): Promise<void> {
  const { service, modelled, raw, context } = await rawContext(parts, visit);
  const handler = service.raw[name];
  if (handler === undefined) {
    throw notImplemented(`${service.name} does not answer ${name} requests.`);
  }
  const response = await handler(raw, context);
  Object.assign(response.headers, idHeaders(modelled, metaOf(modelled, visit.requestId)));
  visit.response = response;
}

/** A web page of another origin may read an answer only if the service says so. */
export async function crossOriginHeaders(parts: Parts, visit: Visit): Promise<void> {
  const { route, place, response } = visit;
  if (response === undefined || route === undefined || place === undefined) return;
  if (parts.services.loaded(route.service.name)?.crossOrigin === undefined) return;
  const { service, raw, context } = await rawContext(parts, visit);
  Object.assign(
    response.headers,
    await service.crossOrigin?.(raw.request, raw.labels, context as never),
  );
}

async function rawContext(parts: Parts, visit: Visit) {
  const { route, request } = visit;
  if (route === undefined) throw new Error("a request is routed before it is answered");
  const service = await parts.services.load(route.service.name);
  if (service === undefined) throw notImplemented(`${route.service.name} is not implemented.`);
  visit.identity ??= { caller: NOBODY };
  visit.place ??= { accountId: parts.options.accountId, region: parts.options.region };
  const raw: RawRequest = {
    request,
    labels: route.labels,
    nowsMs: parts.kernel.clock.both(),
    run: async (operation, input, as) => {
      if (as !== undefined) visit.identity = await holderOf(parts, visit, as);
      await injectFaults(parts, visit);
      visit.input = input;
      visit.output = await runOperation(parts, visit, service, operation, input);
      return visit.output;
    },
  };
  return {
    service,
    modelled: route.service,
    raw,
    context: new WaitingContext(service, exchangeOf(parts, visit), visit.place),
  };
}

/** Whose key signed the form: refused when it did not. */
async function holderOf(parts: Parts, visit: Visit, form: SignedForm): Promise<Known> {
  const dialect = visit.route === undefined ? "storage" : dialectOf(visit.route);
  const credential = await credentialOf(parts, visit, form, dialect);
  if (credential.secretAccessKey === undefined) return credential;
  if (!checksSignatures(parts.options, dialect)) return credential;
  if (form.scope === "" && signsForm(credential.secretAccessKey, form.text, form.signature)) {
    return credential;
  }
  const key = parts.signingKeys.symmetric(credential.secretAccessKey, form.scope);
  if (signsText(key, form.text, form.signature)) return credential;
  throw signatureMismatch(
    dialect,
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  );
}
