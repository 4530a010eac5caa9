/**
 * The names and flags of every cookie Gatebook sets, and which inbound ones NextAuth may see.
 * On https each name has the `__Host-` prefix: Secure, path `/`, no Domain, so no sibling host can plant one.
 */
import type { CookiesOptions } from "next-auth";

export type CookieNames = Record<
  | "session"
  | "csrf"
  | "callbackUrl"
  | RoundTripCookie
  | `link${Capitalize<RoundTripCookie>}`
  | "connectionTest"
  | "link"
  | "linkOffer"
  | "flash"
  | "theme",
  string
>;
type RoundTripCookie = "state" | "pkce" | "nonce";

/** @param secure whether the public URL is https */
export function cookieNames(secure: boolean): CookieNames {
  const prefix = secure ? "__Host-" : "";
  return {
    session: `${prefix}gatebook.session`,
    csrf: `${prefix}gatebook.csrf`,
    callbackUrl: `${prefix}gatebook.callback-url`,
    state: `${prefix}gatebook.state`,
    pkce: `${prefix}gatebook.pkce`,
    nonce: `${prefix}gatebook.nonce`,
    connectionTest: `${prefix}gatebook.connection-test`,
    link: `${prefix}gatebook.link`,
    linkState: `${prefix}gatebook.link-state`,
    linkPkce: `${prefix}gatebook.link-pkce`,
    linkNonce: `${prefix}gatebook.link-nonce`,
    linkOffer: `${prefix}gatebook.link-offer`,
    flash: `${prefix}gatebook.sign-in`,
    theme: "gatebook.theme",
  };
}

/**
 * The cookie part of NextAuth's options. State, PKCE and nonce live 15 minutes: the length of one round trip. One that links
 * has its own, whose keys are others too: what began as the one can never end as the other.
 */
export function nextAuthCookies(secure: boolean, purpose: "sign_in" | "link" = "sign_in"): Partial<CookiesOptions> {
  const names = cookieNames(secure);
  const options = { httpOnly: true, sameSite: "lax" as const, path: "/", secure };
  const roundTrip = { ...options, maxAge: 15 * 60 };
  const links = purpose === "link";
  return {
    sessionToken: { name: names.session, options },
    csrfToken: { name: names.csrf, options },
    callbackUrl: { name: names.callbackUrl, options },
    state: { name: links ? names.linkState : names.state, options: roundTrip },
    pkceCodeVerifier: { name: links ? names.linkPkce : names.pkce, options: roundTrip },
    nonce: { name: links ? names.linkNonce : names.nonce, options: roundTrip },
  };
}

const COMPACT_JWE = /^[\w-]{1,200}(?:\.[\w-]{0,3900}){4}$/;
const CSRF = /^[0-9a-f]{64}\|[0-9a-f]{64}$/;

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}

/** Whether NextAuth can take the value for a URL of ours: it wants a path or an http address, and throws on anything else. */
function isCallbackUrl(value: string, origin: string): boolean {
  if (!/^(?:\/|https?:\/\/)/.test(value)) return false;
  try {
    return new URL(value, origin).origin === origin;
  } catch {
    return false;
  }
}

/** A cookie's name is a token (RFC 6265, 4.1.1): a name with a strange space before it must not become ours by trimming. */
const TOKEN = /^[!#$%&'*+.^`|~\w-]+$/;

type Cookie = { name: string; raw: string; value: string };

function parseCookies(header: string): Cookie[] {
  return header.split(";").flatMap((part) => {
    const [, name = "", raw = ""] = /^[ \t]*([^=]*?)[ \t]*=[ \t]*(.*?)[ \t]*$/.exec(part) ?? [];
    const value = decoded(raw.replace(/^"(.*)"$/, "$1"));
    return TOKEN.test(name) && value !== null ? [{ name, raw, value }] : [];
  });
}

/** The well-formed session tokens in a `cookie` header. More than one means that somebody has planted some. */
export function sessionTokens(header: string, names: CookieNames): string[] {
  const tokens = parseCookies(header).filter(({ name, value }) => name === names.session && COMPACT_JWE.test(value));
  return [...new Set(tokens.map(({ value }) => value))];
}

/**
 * The `cookie` header with everything dropped that would make NextAuth throw, answer 5xx or sign a valid session out:
 * malformed or foreign callback URLs, malformed CSRF and session tokens, chunks and look-alikes of the session
 * cookie (NextAuth joins every cookie whose name starts with the session cookie's), second copies of a name.
 *
 * @param ours where there are several session tokens, the one that opens; without it the first one counts
 * @returns the header to pass on; empty when nothing is left
 */
export function sanitizeCookieHeader(header: string, names: CookieNames, origin: string, ours?: string): string {
  const { state, pkce, nonce, connectionTest, link, linkState, linkPkce, linkNonce, linkOffer } = names;
  const sealed = [state, pkce, nonce, connectionTest, link, linkState, linkPkce, linkNonce, linkOffer];
  const seen = new Set<string>();
  const kept: string[] = [];
  for (const { name, raw, value } of parseCookies(header)) {
    if (name.startsWith(names.session) && !(name === names.session && COMPACT_JWE.test(value))) continue;
    if (name === names.session && ours !== undefined && value !== ours) continue;
    if (name === names.csrf && !CSRF.test(value)) continue;
    // As it comes: not every reader takes quotes off.
    if (name === names.callbackUrl && !isCallbackUrl(decoded(raw) ?? "", origin)) continue;
    if (sealed.includes(name) && !COMPACT_JWE.test(value)) continue;
    if (seen.has(name)) continue;
    seen.add(name);
    kept.push(`${name}=${raw}`);
  }
  return kept.join("; ");
}
