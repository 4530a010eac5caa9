/**
 * What a tenant of the local OpenID provider can be told to do wrong, so that tests see how the application takes it.
 * The pages for browsers stay as they are: the faults are in what the application itself asks of the provider.
 */
import { createPrivateKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, type JWTPayload, SignJWT } from "jose";
import type { JWK, KoaContextWithOIDC } from "oidc-provider";
import { z } from "zod";

export const FAULTS = [
  /** No fault, but what every provider does now and then: a new key signs, and is published before the old one. */
  "new_key",
  "unknown_key",
  "bad_signature",
  "wrong_issuer",
  "wrong_audience",
  "wrong_nonce",
  "expired",
  "not_valid_yet",
  /** No fault either: the id token names the subject alone, and the rest is to be had at userinfo (OpenID Connect Core, 5.4). */
  "thin_id_token",
  "userinfo_failure",
  /** A page of a broken gateway in the place of every answer. */
  "bad_gateway",
  /** Takes the request, and never answers. */
  "mute",
  /** Hangs up. */
  "down",
] as const;

export type Fault = (typeof FAULTS)[number];

/** What `POST /faults` takes. A fault lasts until `null` ends it or the provider stops. */
export const faultOrder = z.strictObject({ tenant: z.string().min(1).max(64), fault: z.enum(FAULTS).nullable() });

const MACHINE_PATHS = new Set(["/.well-known/openid-configuration", "/jwks", "/token", "/me"]);
const HOUR_S = 3600;

function thin({ email, email_verified, name, roles, groups, ...rest }: JWTPayload): JWTPayload {
  return rest;
}

const SPOILT_CLAIMS: Partial<Record<Fault, (claims: JWTPayload) => JWTPayload>> = {
  wrong_issuer: (claims) => ({ ...claims, iss: "https://elsewhere.test" }),
  wrong_audience: (claims) => ({ ...claims, aud: "somebody-elses-client" }),
  wrong_nonce: (claims) => ({ ...claims, nonce: "of-another-round-trip" }),
  expired: (claims) => ({ ...claims, iat: (claims.iat ?? 0) - 2 * HOUR_S, exp: (claims.iat ?? 0) - HOUR_S }),
  not_valid_yet: (claims) => ({ ...claims, nbf: (claims.iat ?? 0) + HOUR_S }),
  thin_id_token: thin,
  userinfo_failure: thin,
};

type Key = { kid: string; key: KeyObject; published: JsonWebKey };

let other: Key | null = null;
/** A key that is not the provider's, or not yet: made at its first use, since making one takes a while. */
function otherKey(): Key {
  if (other) return other;
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  other = { kid: "the-next-key", key: privateKey, published: publicKey.export({ format: "jwk" }) };
  return other;
}

/** The id token as the provider would have made it with this fault. */
async function spoil(idToken: string, fault: Fault, own: KeyObject): Promise<string> {
  const claims = SPOILT_CLAIMS[fault]?.(decodeJwt(idToken)) ?? decodeJwt(idToken);
  const { kid } = decodeProtectedHeader(idToken);
  const kids: Partial<Record<Fault, string>> = { new_key: otherKey().kid, unknown_key: "no-such-key" };
  const key = fault === "new_key" || fault === "bad_signature" ? otherKey().key : own;
  return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: kids[fault] ?? kid }).sign(key);
}

const tokensShape = z.looseObject({ id_token: z.string() });
const keysShape = z.looseObject({ keys: z.array(z.unknown()) });

/**
 * Stands before the provider's own answers.
 *
 * @param current the fault that the tenant has now
 * @param signingKey the provider's own key
 */
export function withFaults(current: () => Fault | null, signingKey: JWK) {
  const own = createPrivateKey({ key: signingKey as JsonWebKey, format: "jwk" });
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    const fault = current();
    if (fault === null || !MACHINE_PATHS.has(ctx.path)) return next();
    if (fault === "mute" || fault === "down") {
      ctx.respond = false;
      if (fault === "down") ctx.req.socket.destroy();
      return;
    }
    if (fault === "bad_gateway" || (fault === "userinfo_failure" && ctx.path === "/me")) {
      ctx.status = fault === "bad_gateway" ? 502 : 500;
      ctx.body = "<h1>Something went wrong</h1>";
      return;
    }
    await next();
    const tokens = tokensShape.safeParse(ctx.body).data;
    if (ctx.path === "/token" && tokens) ctx.body = { ...tokens, id_token: await spoil(tokens.id_token, fault, own) };
    const published = keysShape.safeParse(ctx.body).data;
    if (ctx.path === "/jwks" && fault === "new_key" && published) {
      const { kid, published: key } = otherKey();
      ctx.body = { keys: [{ ...key, kid, use: "sig", alg: "RS256" }, ...published.keys] };
    }
  };
}
