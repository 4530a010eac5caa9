/** Endings of an attempt that the journeys do not reach, each with its one row; and many attempts at once. */
import { connect } from "node:net";
import { expect, test } from "@playwright/test";
import { workbench } from "../workbench";
import { Client, type Entry } from "./client";
import { House } from "./house";

let house: House;
test.beforeAll(async () => {
  house = await House.open();
});
test.afterAll(() => house.close());

type Row = {
  failure_reason: string | null;
  provider: string;
  cause: string | null;
  claimed_email: string | null;
  ip: string | null;
  user_agent: string | null;
};

function rowsOf({ requestId }: Pick<Entry, "requestId">): Promise<Row[]> {
  return house.query<Row>(
    `select failure_reason, provider, details->>'cause' as cause, claimed_email, host(ip) as ip, user_agent
       from audit_events where action = 'signedIn' and request_id = $1`,
    [requestId],
  );
}

async function expectReason(
  entry: Pick<Entry, "requestId">,
  reason: string,
  cause: string | null = null,
): Promise<void> {
  expect(await rowsOf(entry)).toEqual([expect.objectContaining({ failure_reason: reason, cause })]);
}

test("nothing typed, an account without a password, and a provider that is not offered", async () => {
  const { origin } = await house.serve();
  const client = new Client(origin);
  await expectReason(await client.attempt("wrong", { email: "", password: "" }), "missing_credentials");
  await house.query("update users set password_hash = null where email = 'owner@globex.test'");
  await expectReason(await client.attempt("wrong", { email: "owner@globex.test" }), "no_password");
  await expectReason(await client.attempt("stray_callback"), "provider_not_allowed");
  await expectReason(
    await client.attempt("wrong", { password: "x".repeat(20_000) }),
    "missing_credentials",
    "body_too_large",
  );
});

test("a burst of parallel guesses gets exactly as many as the limit, for an account and for nobody's address alike", async () => {
  const { origin } = await house.serve({ SIGN_IN_LIMIT_ACCOUNT: "3/15m" });
  for (const [email, reason] of [
    ["member@acme.test", "wrong_password"],
    ["nobody@nowhere.test", "unknown_user"],
  ] as const) {
    const client = new Client(origin);
    await client.attempt("bad_csrf");
    const entries = await Promise.all(Array.from({ length: 20 }, () => client.attempt("wrong", { email })));
    const reasons = (await Promise.all(entries.map(rowsOf))).flat().map((row) => row.failure_reason);
    expect(reasons.filter((given) => given === reason)).toHaveLength(3);
    expect(reasons.filter((given) => given === "rate_limited")).toHaveLength(17);
    expect(entries.filter((entry) => entry.told?.error === "too_many_tries")).toHaveLength(17);
    // Not even the right password is looked at now.
    expect((await client.attempt("right", { email })).told?.error).toBe("too_many_tries");
  }
  const locked = await house.query(
    "select details from audit_events where action = 'accountLocked' and target_id = (select id from users where email = 'member@acme.test')",
  );
  expect(locked).toEqual([{ details: { limit: 3, windowSeconds: 900 } }]);
});

test("a provider that is down, at the start of the round trip", async () => {
  const { origin } = await house.serve({
    OIDC_ISSUER: "http://127.0.0.1:1",
    OIDC_CLIENT_ID: "gatebook",
    OIDC_CLIENT_SECRET: "unused",
  });
  const { token: csrfToken, cookie } = await new Client(origin).csrfPair();
  const requestId = "provider-is-down";
  const answer = await fetch(`${origin}/api/auth/signin/openid`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie, "x-request-id": requestId },
    body: new URLSearchParams({ csrfToken }),
  });
  expect(answer.headers.get("location")).toContain("error=provider_unavailable");
  await expectReason({ requestId }, "provider_error", "provider_unreachable");
});

test("a client that hangs up while its password is checked", async () => {
  const { origin } = await house.serve();
  const { token: csrfToken, cookie } = await new Client(origin).csrfPair();
  const body = new URLSearchParams({ csrfToken, email: "member@acme.test", password: "a guess, then gone" }).toString();
  const requestId = "gone-before-the-answer";
  await new Promise<void>((resolve) => {
    const socket = connect(Number(new URL(origin).port), "127.0.0.1", () => {
      const head = [
        "POST /api/auth/callback/credentials HTTP/1.1",
        "Host: localhost",
        `Cookie: ${cookie}`,
        `X-Request-Id: ${requestId}`,
        "Content-Type: application/x-www-form-urlencoded",
        `Content-Length: ${body.length}`,
      ];
      socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
    });
    socket.on("close", () => resolve());
  });
  await expect
    .poll(() => rowsOf({ requestId }))
    .toEqual([expect.objectContaining({ failure_reason: "wrong_password" })]);
});

test("64 interleaved attempts: no fact of one is in the row of another", async () => {
  const { origin } = await house.serve({ TRUSTED_PROXY_HOPS: "1" });
  const client = new Client(origin);
  await client.attempt("bad_csrf");
  const people = Array.from({ length: 64 }, (_, n) => ({
    requestId: `interleaved-${String(n).padStart(3, "0")}`,
    email: `person-${n}@interleaved.test`,
    ip: `203.0.113.${n}`,
    userAgent: `Browser/${n}`,
  }));
  await Promise.all(
    people.map(({ requestId, email, ip, userAgent }) =>
      client.attempt("unknown", {
        requestId,
        email,
        headers: { "x-forwarded-for": `198.51.100.1, ${ip}`, "user-agent": userAgent },
      }),
    ),
  );
  for (const { requestId, email, ip, userAgent } of people) {
    expect(await rowsOf({ requestId })).toEqual([
      {
        failure_reason: "unknown_user",
        provider: "credentials",
        cause: null,
        claimed_email: email,
        ip,
        user_agent: userAgent,
      },
    ]);
  }
});

test("without a trusted proxy no header says where a request is from", async () => {
  const { origin } = await house.serve();
  const client = new Client(origin);
  const entry = await client.attempt("wrong", {
    headers: { "x-forwarded-for": "203.0.113.9", forwarded: "for=203.0.113.9", "x-real-ip": "203.0.113.9" },
  });
  expect((await rowsOf(entry))[0]?.ip).toMatch(/^(127\.0\.0\.1|::1)$/);
});

test("any Unicode in any field: a row, and the same answer", async () => {
  const { origin } = await house.serve();
  const client = new Client(origin);
  for (const email of [
    "nul\u0000@acme.test",
    "a@\u202Eb\u0007.test",
    '\n{"level":60}\n@x.test',
    "𝓶𝓮@acme.test",
    "x".repeat(5000),
  ]) {
    const entry = await client.attempt("wrong", { email });
    expect(entry.told?.error).toBe("sign_in_failed");
    await expectReason(entry, "unknown_user");
  }
});

test("no secret that was used is anywhere in the log", async () => {
  const { origin } = await house.serve();
  const client = new Client(origin);
  const { told } = await client.attempt("right");
  await client.attempt("wrong", { password: "a-guess-that-is-nearly-right" });
  const dump = (await house.query<{ row: string }>("select event::text as row from audit_events event"))
    .map(({ row }) => row)
    .join("\n");
  const link = "A".repeat(43);
  for (const secret of [
    workbench.password,
    "a-guess-that-is-nearly-right",
    told?.session ?? "",
    link,
    "csrf",
    "argon2",
  ]) {
    expect(secret).not.toBe("");
    expect(dump.replaceAll("csrf_rejected", "")).not.toContain(secret);
  }
});
