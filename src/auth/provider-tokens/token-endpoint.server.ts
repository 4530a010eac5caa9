/** Asks a provider for a new access token, with the same settings as the sign-in, and says how that went in our words. */
import "server-only";
import { custom, errors, Issuer } from "openid-client";
import { type ProviderTokens, readProviderTokens } from "@/account/provider-tokens";
import { refusalFromProviderError } from "@/auth/attempt/provider-errors";
import { asStored, outboundOptions } from "@/auth/providers/guarded-client.server";
import { offeredClient } from "@/auth/providers/offered.server";
import { ssoProvider } from "@/auth/providers/sso.server";
import { processWide } from "@/platform/process-wide";

/** A row is locked meanwhile, and those who wait for it wait 5 s at most (see db/connect.server.ts). */
const DEADLINE_MS = 3500;
const DISCOVERED_FOR_MS = 3600_000;

export type Refreshed =
  | { kind: "fresh"; tokens: ProviderTokens }
  /** The provider takes this refresh token no more. */
  | { kind: "dead"; reason: "invalid_grant" }
  /** It could not be asked, or did not say: the refresh token may be as good as before. */
  | { kind: "failed"; reason: "provider_timeout" | "provider_unreachable" | "client_refused" | "provider_error" };

export type TokenEndpoint = (refreshToken: string) => Promise<Refreshed>;

class Late extends Error {
  constructor() {
    super("The provider timed out.");
  }
}

/** What openid-client has as a timeout is silence of the connection: an answer that trickles in would have for ever. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Late()), DEADLINE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const CLIENT_REFUSED = new Set(["invalid_client", "unauthorized_client"]);
/** RFC 6749, 5.2, and what GitHub says, which it says with status 200. */
const DEAD = new Set(["invalid_grant", "bad_refresh_token"]);

function answered(error: unknown): Exclude<Refreshed, { kind: "fresh" }> {
  if (typeof error === "string" && DEAD.has(error)) return { kind: "dead", reason: "invalid_grant" };
  const refused = typeof error === "string" && CLIENT_REFUSED.has(error);
  return { kind: "failed", reason: refused ? "client_refused" : "provider_error" };
}

function failed(error: unknown): Exclude<Refreshed, { kind: "fresh" }> {
  if (error instanceof errors.OPError) return answered(error.error);
  const { cause } = refusalFromProviderError(error);
  const away = cause === "provider_timeout" || cause === "provider_unreachable";
  return { kind: "failed", reason: away ? cause : "provider_error" };
}

type Discovered = { issuer: Promise<Issuer>; at: number };

/** Discovery is asked once an hour, by all at once together. One that failed is not remembered. */
function discover(wellKnown: string): Promise<Issuer> {
  const known = processWide("discovered providers", () => new Map<string, Discovered>());
  const present = known.get(wellKnown);
  if (present && Date.now() - present.at < DISCOVERED_FOR_MS) return present.issuer;
  const issuer = inTime(Issuer.discover(wellKnown));
  known.set(wellKnown, { issuer, at: Date.now() });
  issuer.catch(() => known.delete(wellKnown));
  return issuer;
}

/**
 * The token endpoint of a provider that is offered.
 * @returns null for a provider that is not offered (any more), or why its endpoint could not be found out
 */
export async function tokenEndpointOf(
  providerId: string,
): Promise<TokenEndpoint | Extract<Refreshed, { kind: "failed" }> | null> {
  const offered = offeredClient(providerId);
  if (!offered) return null;
  const provider = ssoProvider(offered);
  const { token, wellKnown, clientId, clientSecret } = provider;
  let issuer: Issuer;
  try {
    const endpoint = typeof token === "string" ? token : token?.url;
    issuer = wellKnown
      ? await asStored(providerId, () => discover(wellKnown))
      : new Issuer({ issuer: providerId, token_endpoint: endpoint });
  } catch (error) {
    const failure = failed(error);
    return failure.kind === "failed" ? failure : { kind: "failed", reason: "provider_error" };
  }
  const client = new issuer.Client({
    client_id: clientId ?? "",
    ...(clientSecret ? { client_secret: clientSecret } : {}),
    ...provider.client,
  });
  client[custom.http_options] = (url) => ({ ...outboundOptions(url), timeout: DEADLINE_MS });
  return async (refreshToken) => {
    try {
      // `client.refresh` would fetch keys to verify an id token that nobody looks at.
      const grant = () => client.grant({ grant_type: "refresh_token", refresh_token: refreshToken });
      const answer = await inTime(asStored(providerId, grant));
      const tokens = readProviderTokens(answer);
      return tokens ? { kind: "fresh", tokens } : answered(answer.error);
    } catch (error) {
      return failed(error);
    }
  };
}
