/** A password from the socket to the book: the front door, NextAuth, the gates and the commit, over real HTTP and on the real tables. */
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { database } from "@db/connect.server";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { hashPassword } from "@/account/passwords.server";
import { cookieNames } from "@/auth/cookies";
import { newCsrfCookie } from "@/auth/csrf";
import { servePasswordsDirectly } from "@/auth/http/direct.server";
import { sessionIdOf } from "@/auth/session-token";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runShutdown } from "@/platform/shutdown";
import { frontDoor } from "@/server/front-door";
import { testDatabase } from "@/workbench/test-database";

// This part of Next of it is for pages: outside of Next it cannot even be loaded.
vi.mock("next/navigation", () => ({ redirect: vi.fn() }));

const postgres = testDatabase();
const PASSWORD = "four quiet words here";
const names = cookieNames(false);

let server: Server;
let user: string;
let requestId: string;

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  user = newId();
  const people = { id: user, email: "somebody@example.com", password_hash: await hashPassword(PASSWORD) };
  await postgres.db
    .insertInto("users")
    .values({ ...people, email_verified_at: new Date() })
    .execute();
  servePasswordsDirectly();
  server = createServer(
    frontDoor(env(), async (_, res) => {
      res.statusCode = 404;
      res.end("Next");
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.close();
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});
beforeEach(() => {
  requestId = newId();
});

type Posted = { fields: Record<string, string>; cookie?: string; body?: string };
async function post({ fields, cookie, body }: Posted): Promise<{ answer: IncomingMessage; text: string }> {
  const csrf = newCsrfCookie(env().NEXTAUTH_SECRET);
  const form = new URLSearchParams({ csrfToken: csrf.split("|")[0] ?? "", ...fields }).toString();
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(
      {
        host: "127.0.0.1",
        port: (server.address() as AddressInfo).port,
        path: "/api/auth/callback/credentials",
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          cookie: cookie ?? `${names.csrf}=${encodeURIComponent(csrf)}`,
          "x-request-id": requestId,
        },
      },
      resolve,
    )
      .on("error", reject)
      .end(body ?? form);
  });
  let text = "";
  for await (const part of answer) text += part;
  return { answer, text };
}

const cookieIn = (answer: IncomingMessage, name: string) =>
  answer.headers["set-cookie"]
    ?.find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1)
    .split(";")[0];
const rows = async () =>
  postgres.db
    .selectFrom("audit_events")
    .select(["action", "status", "failure_reason", "target_id", "session_id"])
    .where("request_id", "=", requestId)
    .orderBy("action")
    .execute();

test("the right one: a cookie, its session, and both in the book", async () => {
  const { answer, text } = await post({ fields: { email: "Somebody@example.com", password: PASSWORD, json: "true" } });
  expect([answer.statusCode, JSON.parse(text)]).toEqual([200, { url: env().NEXTAUTH_URL }]);
  expect(answer.headers["cache-control"]).toBe("no-store");
  const sid = await sessionIdOf(cookieIn(answer, names.session), env().NEXTAUTH_SECRET);
  expect(await postgres.db.selectFrom("sessions").select("user_id").where("id", "=", sid).execute()).toEqual([
    { user_id: user },
  ]);
  const common = { status: "success", failure_reason: null, session_id: sid };
  expect(await rows()).toEqual([
    { action: "jwtTokenCreated", target_id: sid, ...common },
    { action: "signedIn", target_id: user, ...common },
  ]);
});

test("of a plain form: it is sent on", async () => {
  const { answer } = await post({
    fields: { email: "somebody@example.com", password: PASSWORD, callbackUrl: "/account" },
  });
  expect([answer.statusCode, answer.headers.location]).toEqual([302, `${env().NEXTAUTH_URL}/account`]);
  expect(cookieIn(answer, names.session)).toBeTruthy();
});

test.each<[string, Posted, string]>([
  ["a wrong one", { fields: { email: "somebody@example.com", password: "another" } }, "wrong_password"],
  ["one of nobody", { fields: { email: "nobody@example.com", password: PASSWORD } }, "unknown_user"],
  [
    "one without the token of the form",
    { fields: { email: "a@example.com", password: "b" }, cookie: "" },
    "csrf_rejected",
  ],
  ["one in a body that is too large", { fields: {}, body: `email=${"x".repeat(100_000)}` }, "missing_credentials"],
])("%s: no cookie, and why in the book", async (_, posted, reason) => {
  const { answer } = await post(posted);
  expect(answer.statusCode).toBe(303);
  expect(answer.headers.location).toContain("/sign-in?error=");
  expect(cookieIn(answer, names.session)).toBeUndefined();
  expect(await rows()).toMatchObject([{ action: "signedIn", status: "failure", failure_reason: reason }]);
});
