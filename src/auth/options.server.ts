/**
 * NextAuth's options. `authOptions()` is the base that pages, procedures and the route share; `optionsFor(read)`
 * adds what belongs to one request: the three callbacks wrapped with report and rethrow, and a token codec that
 * makes a new token only when one is due.
 */
import "server-only";
import { isOutage } from "@db/connect.server";
import type { NextAuthOptions } from "next-auth";
import { readProviderTokens } from "@/account/provider-tokens";
import { type Attempt, currentAttempt, DATABASE_AWAY, noteRefusal } from "@/auth/attempt/attempt";
import { nextAuthCookies } from "@/auth/cookies";
import { reportFailure } from "@/auth/failures.server";
import { passGates } from "@/auth/gates/index.server";
import { authLogger } from "@/auth/logger";
import { emailLinkProvider, passwordProvider } from "@/auth/providers/claimed";
import { type SsoProfile, ssoProviders } from "@/auth/providers/sso.server";
import { safeRedirect } from "@/auth/redirects";
import { SessionEnded } from "@/auth/session-errors";
import type { SessionRead } from "@/auth/session-read.server";
import { readSessionRow } from "@/auth/session-read.server";
import { decodeSessionToken, encodeSessionToken } from "@/auth/session-token";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";

/** @param about the provider id in the request's path, where there is one */
function offeredProviders(about?: string): NextAuthOptions["providers"] {
  return [passwordProvider, emailLinkProvider, ...ssoProviders(about)];
}

/** What becomes of an attempt whose evidence has been noted. */
type Judge = (attempt: Attempt) => Promise<boolean> | boolean;

/** The base: providers, cookies, lifetimes, pages, and callbacks that act on the request's attempt or read. */
export function authOptions(providers = offeredProviders(), judge: Judge = passGates): NextAuthOptions {
  const settings = env();
  const secure = settings.NEXTAUTH_URL.startsWith("https:");
  return {
    secret: settings.NEXTAUTH_SECRET,
    useSecureCookies: secure,
    cookies: nextAuthCookies(secure),
    // `session.maxAge` alone would leave the token of the sign-in valid for 30 days.
    session: { strategy: "jwt", maxAge: settings.SESSION_MAX_AGE_S },
    jwt: { maxAge: settings.SESSION_MAX_AGE_S },
    pages: { signIn: "/sign-in", signOut: "/account", error: "/sign-in" },
    logger: authLogger,
    providers,
    callbacks: {
      redirect: ({ url, baseUrl }) => safeRedirect(url, new URL(baseUrl).origin),
      async signIn({ user, account }) {
        const attempt = currentAttempt();
        if (!attempt || !account) return false;
        if (account.type === "oauth") {
          const profile = user as unknown as SsoProfile;
          attempt.evidence = {
            kind: "identity",
            subject: account.providerAccountId,
            // NextAuth lower-cases an address, and makes undefined of one that is null.
            email: profile.email ?? null,
            emailVerified: profile.emailVerified,
            name: profile.name,
            roles: profile.roles,
          };
          if (settings.GATEBOOK_KEYS) attempt.tokens = readProviderTokens(account);
        }
        return judge(attempt);
      },
    },
  };
}

/** The same for a request that only reads its session: NextAuth prepares every provider it is given, and none is needed. */
export function readingOptionsFor(read: SessionRead): NextAuthOptions {
  return optionsFor(read, authOptions([]));
}

/** The same for a request that tries to sign somebody in by a provider. */
export function signInOptionsFor(read: SessionRead, provider: string): NextAuthOptions {
  return optionsFor(read, authOptions(offeredProviders(provider)));
}

/** The same for a round trip that links: what the provider says is noted, and nobody is signed in by it. */
export function linkingOptionsFor(read: SessionRead, provider: string): NextAuthOptions {
  const base = authOptions(ssoProviders(provider), () => false);
  return optionsFor(read, { ...base, cookies: nextAuthCookies(base.useSecureCookies === true, "link") });
}

/** The options of one request. `read` carries what its callbacks found out, back to whoever asked. */
export function optionsFor(read: SessionRead, base = authOptions()): NextAuthOptions {
  const settings = env();
  const gate = base.callbacks?.signIn;

  /** Delegates; an unexpected error is logged with the request id, reported and rethrown. */
  const guarded = async <T>(callback: string, work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof SessionEnded) throw error;
      reportFailure(error, { callback }, "a sign-in callback failed");
      throw error;
    }
  };

  return {
    ...base,
    jwt: {
      ...base.jwt,
      decode: ({ token }) => {
        read.rawToken = token ?? null;
        return token ? decodeSessionToken(token, settings.NEXTAUTH_SECRET) : null;
      },
      // NextAuth re-encodes on every read. A new token is made only where one was decided on; else the old one stays.
      encode: ({ token = {} }) =>
        read.mint || !read.rawToken
          ? encodeSessionToken(token, settings.NEXTAUTH_SECRET, settings.SESSION_MAX_AGE_S)
          : read.rawToken,
    },
    callbacks: {
      ...base.callbacks,
      signIn: (params) =>
        guarded("signIn", async () => {
          try {
            return (await gate?.(params)) ?? false;
          } catch (error) {
            const attempt = currentAttempt();
            if (attempt) {
              attempt.error = error;
              noteRefusal(attempt, { reason: "internal_error", ...(isOutage(error) ? { cause: DATABASE_AWAY } : {}) });
            }
            throw error;
          }
        }),
      jwt: (params) =>
        guarded("jwt", async () => {
          // `account` is there at sign-in only.
          if (params.account) {
            const attempt = currentAttempt();
            if (!attempt?.passed) throw new Error("A token was asked for an attempt that has not passed its gates.");
            const sid = newId();
            attempt.minted = { sessionId: sid };
            read.mint = "signIn";
            return { sid };
          }
          const { sid, iat } = params.token;
          if (!sid) throw new SessionEnded();
          const row = await readSessionRow(read, sid);
          const age = Date.now() / 1000 - (iat ?? 0);
          // Whatever the client sent with `update` is ignored: it means "make me a token from what you know".
          if (params.trigger === "update") read.mint = "update";
          else if (read.mayRotate && age >= env().SESSION_ROTATE_S) read.mint = "refresh";
          return { sid: row.id, iat };
        }),
      session: ({ session }) =>
        guarded("session", () => {
          const { row } = read;
          if (!row) throw new SessionEnded();
          return {
            ...session,
            sid: row.id,
            expires: row.expiresAt.toISOString(),
            user: { id: row.userId, email: row.email, name: row.name, instanceRole: row.instanceRole },
            memberships: row.memberships,
            authMethod: row.authMethod,
            provider: row.provider,
          };
        }),
    },
  };
}
