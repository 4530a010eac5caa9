/** What a provider says of itself (OpenID Connect Discovery 1.0), judged. Pure. */
import { z } from "zod";
import type { Check, Problem } from "@/auth/connection-test/result";

const url = z.string().max(2000);

/** What a sign-in needs of the document; the rest of it is not looked at. */
const documentShape = z.looseObject({
  issuer: z.string().max(500).optional(),
  authorization_endpoint: url.optional(),
  token_endpoint: url.optional(),
  userinfo_endpoint: url.optional(),
  jwks_uri: url.optional(),
  id_token_signing_alg_values_supported: z.array(z.string().max(50)).max(100).optional(),
  token_endpoint_auth_methods_supported: z.array(z.string().max(50)).max(100).optional(),
});
export type DiscoveryDocument = z.infer<typeof documentShape>;

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Null for what is no discovery document. */
export function readDocument(body: string): DiscoveryDocument | null {
  return documentShape.safeParse(parsed(body)).data ?? null;
}

type Asked = { kind: string; issuer: string };

/** What an answer other than 200 says: nobody of that name is there, or something else is wrong. */
export function problemOfStatus(status: number, { kind }: Asked): Problem {
  // Entra answers 400 to a tenant that it does not know.
  if (kind === "azure-ad" && (status === 400 || status === 404)) return "wrong_tenant";
  return status === 404 ? "not_found" : "bad_status";
}

const TENANT = /^\/([^/]+)\/v2\.0\/?$/;
const ANY_TENANT = "{tenantid}";
const TENANT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Entra names a tenant by its id in its issuer, also where it was asked for by a domain, and leaves it open for shared ones. */
function isSameEntra(asked: string, found: string): boolean {
  if (!URL.canParse(asked) || !URL.canParse(found)) return false;
  const [ours, theirs] = [new URL(asked), new URL(found)];
  const wanted = TENANT.exec(ours.pathname)?.[1] ?? "";
  const named = decodeURIComponent(TENANT.exec(theirs.pathname)?.[1] ?? "");
  return ours.host === theirs.host && (named === ANY_TENANT || (!TENANT_ID.test(wanted) && TENANT_ID.test(named)));
}

const withoutSlash = (text: string) => text.replace(/\/$/, "");

/** OpenID Connect Discovery 4.3: the issuer must be the very one that was asked for. Where its last slash is, many forget. */
export function judgeIssuer(document: DiscoveryDocument, { kind, issuer }: Asked): Check {
  const found = document.issuer ?? "";
  if (withoutSlash(found) === withoutSlash(issuer) || (kind === "azure-ad" && isSameEntra(issuer, found))) {
    return { step: "issuer", outcome: "passed", found };
  }
  const problem = kind === "azure-ad" ? "wrong_tenant" : "issuer_mismatch";
  return { step: "issuer", outcome: "failed", problem, expected: issuer, found };
}

const ENDPOINTS = ["authorization_endpoint", "token_endpoint", "jwks_uri"] as const;
/** What openid-client expects of an id token unless it is told otherwise. */
const ID_TOKEN_ALG = "RS256";

/** Whether everything is named that a sign-in asks, each as an address, and id tokens come signed as we verify them. */
export function judgeEndpoints(document: DiscoveryDocument): Check {
  const missing = ENDPOINTS.filter((name) => !URL.canParse(document[name] ?? ""));
  if (missing.length > 0) {
    return { step: "endpoints", outcome: "failed", problem: "endpoint_missing", expected: missing.join(", ") };
  }
  const algs = document.id_token_signing_alg_values_supported;
  if (algs && !algs.includes(ID_TOKEN_ALG)) {
    const found = algs.join(", ").slice(0, 500);
    return { step: "endpoints", outcome: "failed", problem: "alg_unsupported", expected: ID_TOKEN_ALG, found };
  }
  return { step: "endpoints", outcome: "passed" };
}

const keySet = z.looseObject({
  keys: z.array(z.looseObject({ kty: z.string(), use: z.string().optional() })).max(1000),
});

/** Whether a key set (RFC 7517) has a key that id tokens can be verified with. */
export function judgeKeys(body: string): Check {
  const { data } = keySet.safeParse(parsed(body));
  const usable = data?.keys.filter(({ kty, use }) => kty === "RSA" && use !== "enc") ?? [];
  if (usable.length === 0) return { step: "keys", outcome: "failed", problem: data ? "no_keys" : "not_json" };
  return { step: "keys", outcome: "passed", found: String(usable.length) };
}

/** openid-client puts up with 10 s; the header is a second coarse and the answer was on its way. */
const MAX_SKEW_S = 15;

/**
 * How far the provider's clock is from ours.
 * @param date its `Date` header (RFC 9110, 6.6.1)
 * @param sentAt and receivedAt: our time in milliseconds around the answer
 */
export function judgeClock(date: string | undefined, sentAt: number, receivedAt: number): Check {
  const theirs = Date.parse(date ?? "");
  if (Number.isNaN(theirs)) return { step: "clock", outcome: "skipped" };
  // Theirs is somewhere in its second, and was written while we waited.
  const behind = sentAt - (theirs + 1000);
  const ahead = theirs - receivedAt;
  const off = Math.round(Math.max(behind, ahead) / 1000);
  if (off <= MAX_SKEW_S) return { step: "clock", outcome: "passed" };
  const found = `${off} s ${ahead > behind ? "ahead of" : "behind"}`;
  return { step: "clock", outcome: "failed", problem: "clock_skew", found };
}
