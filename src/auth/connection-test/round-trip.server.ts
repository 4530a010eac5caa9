/**
 * The round trip of a test, as a sign-in by the connection would make it: the same provider configuration, callback URL
 * and checks (state, PKCE, nonce, the id token's signature and claims), and none of NextAuth, so that no session can come
 * of it. Everything is asked through the guard.
 */
import "server-only";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { type CallbackParamsType, type Client, custom, generators, Issuer, type TokenSet } from "openid-client";
import { throughGuard } from "@/auth/providers/guarded-client.server";
import type { SsoProfile } from "@/auth/providers/sso.server";

type Provider = OAuthConfig<Record<string, unknown>>;

/** As NextAuth has it. */
const CLOCK_TOLERANCE_S = 10;

async function issuerOfProvider({ id, wellKnown, authorization, token, userinfo }: Provider): Promise<Issuer> {
  if (wellKnown) return Issuer.discover(wellKnown);
  const url = (endpoint: string | { url?: string } | undefined) =>
    typeof endpoint === "object" ? endpoint.url : endpoint;
  return new Issuer({
    issuer: id,
    authorization_endpoint: url(authorization),
    token_endpoint: url(token),
    userinfo_endpoint: url(userinfo),
  });
}

async function clientOf(provider: Provider, callbackUrl: string): Promise<Client> {
  const issuer = await issuerOfProvider(provider);
  const client = new issuer.Client({
    client_id: provider.clientId ?? "",
    client_secret: provider.clientSecret ?? "",
    redirect_uris: [callbackUrl],
    response_types: ["code"],
  });
  client[custom.clock_tolerance] = CLOCK_TOLERANCE_S;
  return client;
}

export type Proofs = { state: string; nonce: string; codeVerifier: string };

export function newProofs(): Omit<Proofs, "state"> & { random: string } {
  return { random: generators.state(), nonce: generators.nonce(), codeVerifier: generators.codeVerifier() };
}

/** Where to send the browser. */
export function authorizationUrl(provider: Provider, callbackUrl: string, proofs: Proofs): Promise<string> {
  return throughGuard(async () => {
    const client = await clientOf(provider, callbackUrl);
    const { authorization } = provider;
    return client.authorizationUrl({
      ...(typeof authorization === "object" ? authorization.params : {}),
      redirect_uri: callbackUrl,
      state: proofs.state,
      ...(provider.idToken ? { nonce: proofs.nonce } : {}),
      code_challenge: generators.codeChallenge(proofs.codeVerifier),
      code_challenge_method: "S256",
    });
  });
}

export type Came = { tokens: TokenSet; claims: Record<string, unknown>; profile: SsoProfile };

/**
 * Takes the provider's answer, with all that a sign-in would check of it.
 * @throws whatever openid-client finds wrong with it
 */
export function takeAnswer(
  provider: Provider,
  callbackUrl: string,
  proofs: Proofs,
  params: CallbackParamsType,
): Promise<Came> {
  return throughGuard(async () => {
    const client = await clientOf(provider, callbackUrl);
    const { state, nonce, codeVerifier: code_verifier } = proofs;
    const tokens = provider.idToken
      ? await client.callback(callbackUrl, params, { state, nonce, code_verifier, response_type: "code" })
      : await client.oauthCallback(callbackUrl, params, { state, code_verifier, response_type: "code" });
    const { userinfo } = provider;
    const asked = typeof userinfo === "object" ? userinfo.request : undefined;
    const told = asked
      ? await asked({ client, tokens, provider: { ...provider, signinUrl: "", callbackUrl } })
      : tokens.claims();
    const claims: Record<string, unknown> = { ...told };
    const profile = (await provider.profile(claims, tokens)) as unknown as SsoProfile;
    return { tokens, claims, profile };
  });
}
