/**
 * Lets openid-client ask through the guard. NextAuth makes issuers and clients itself, and hands a provider's
 * `httpOptions` to openid-client as defaults of the whole process: of two sign-ins at the same time, one would ask with
 * the other's agent. So the library is hooked once, and which requests are guarded travels with the asynchronous work.
 */
import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import { custom, type HttpOptions, Issuer } from "openid-client";
import { connectionOf } from "@/auth/policy/sign-in-policy.server";
import { guard } from "@/platform/outbound/guard.server";

const guarded = new AsyncLocalStorage<true>();

/** openid-client's `http_options` of a request: a client that sets its own must take these in. */
export function outboundOptions(url: URL): HttpOptions {
  return guarded.getStore() ? guard().httpOptions(url) : {};
}

type Hooked = { [custom.http_options]?: typeof outboundOptions };

/** Discovery asks as the class, keys are asked for by the issuer, tokens and claims by the client. */
function hook(): void {
  const client = Object.getPrototypeOf(new Issuer({ issuer: "https://issuer.invalid" }).Client.prototype) as object;
  for (const asker of [Issuer, Issuer.prototype, client]) (asker as Hooked)[custom.http_options] = outboundOptions;
}

hook();

/** Whatever openid-client asks in the course of `work`, it asks through the guard. */
export function throughGuard<T>(work: () => Promise<T>): Promise<T> {
  return guarded.run(true, work);
}

/** The same where the provider is a connection of the database. The environment's providers are the operator's own word. */
export function asStored<T>(providerId: string, work: () => Promise<T>): Promise<T> {
  return connectionOf(providerId) ? throughGuard(work) : work();
}
