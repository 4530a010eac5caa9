/** For tests: signs somebody in at the local OpenID provider through NextAuth itself, and commits it as the route does. */
import { createRequire } from "node:module";
import { type Database, database } from "@db/connect.server";
import type { NextAuthOptions } from "next-auth";
import { type Attempt, openAttempt, runInAttempt } from "@/auth/attempt/attempt";
import { commitSignIn } from "@/auth/attempt/commit.server";
import { cookieNames } from "@/auth/cookies";
import { newCsrfCookie } from "@/auth/csrf";
import { optionsFor } from "@/auth/options.server";
import { findLiveSession } from "@/auth/session.store.server";
import { newSessionRead } from "@/auth/session-read.server";
import type { GatebookSession } from "@/auth/session-shape";
import { env } from "@/platform/env";
import { TestBrowser } from "./test-browser";

type Answer = { redirect?: string; cookies?: { name: string; value: string }[] };
/** What the route calls. The package does not export it. */
const { AuthHandler } = createRequire(import.meta.url)("../../node_modules/next-auth/core/index.js") as {
  AuthHandler: (params: { req: object; options: NextAuthOptions }) => Promise<Answer>;
};

const named = (cookies: Answer["cookies"] = []) => Object.fromEntries(cookies.map(({ name, value }) => [name, value]));

export type TestSignIn = {
  session: GatebookSession;
  attempt: Attempt;
  /** All that went to the browser, and the address it was sent to at the provider. */
  said: string;
  authorization: URL;
};

export async function signInAtProvider(email: string, db: Database = database()): Promise<TestSignIn> {
  const { NEXTAUTH_URL, NEXTAUTH_SECRET } = env();
  const attempt = openAttempt("openid");
  const ask = (request: object) =>
    runInAttempt(attempt, () =>
      AuthHandler({
        req: { ...request, providerId: "openid", headers: {} },
        options: optionsFor(newSessionRead(false)),
      }),
    );
  const csrf = newCsrfCookie(NEXTAUTH_SECRET);
  const body = { csrfToken: csrf.split("|")[0], callbackUrl: NEXTAUTH_URL };
  const away = await ask({
    action: "signin",
    method: "POST",
    body,
    cookies: { [cookieNames(false).csrf]: csrf },
  });
  const authorization = new URL(away.redirect ?? "");
  const back = await new TestBrowser(NEXTAUTH_URL).answer(authorization, { action: "sign-in", email });
  const cookies = named(away.cookies);
  const done = await ask({ action: "callback", method: "GET", query: Object.fromEntries(back), cookies });
  const sessionId = attempt.minted?.sessionId;
  const refusal = sessionId === undefined ? attempt.refusal : await commitSignIn(attempt, sessionId, db);
  if (refusal !== null || sessionId === undefined) throw new Error(`Not signed in: ${JSON.stringify(refusal)}`);
  const row = await findLiveSession(db, sessionId, { at: new Date(), idleSince: new Date(0) });
  if (!row) throw new Error("There is no session.");
  const { userId, name, instanceRole, memberships, authMethod, provider, expiresAt } = row;
  const session = {
    sid: row.id,
    expires: expiresAt.toISOString(),
    user: { id: userId, email: row.email, name, instanceRole },
    memberships,
    authMethod,
    provider,
  };
  return { session, attempt, said: JSON.stringify([away, done]), authorization };
}
