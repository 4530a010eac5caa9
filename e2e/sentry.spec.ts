/** What leaves for Sentry, byte for byte: of expected refusals nothing, of what is unexpected only what finds the fault. */
import { expect, type Page, test } from "@playwright/test";
import { type Receiver, type ReportedEvent, startReceiver } from "./envelope-receiver";
import { Client } from "./faults/client";
import { House } from "./faults/house";
import { workbench } from "./workbench";

const IP = "203.0.113.77";
const TYPED = "a name that was typed here";
const EMAIL = "member@acme.test";
const GUESS = "a password that was guessed";

let house: House;
let receiver: Receiver;
let origin = "";
let session = "";
let userId = "";
const secrets = new Set<string>();

test.beforeAll(async () => {
  receiver = await startReceiver();
  house = await House.open();
  const variables = { SENTRY_DSN: receiver.dsn, TRUSTED_PROXY_HOPS: "1", SIGN_IN_LIMIT_ACCOUNT: "100/15m" };
  origin = (await house.serve(variables)).origin;
  const client = new Client(origin);
  session = (await client.attempt("right", { headers: { "x-forwarded-for": IP } })).told?.session ?? "";
  const { token, cookie } = await client.csrfPair();
  const [user] = await house.query<{ id: string; password_hash: string }>("select * from users where email = $1", [
    EMAIL,
  ]);
  userId = user?.id ?? "";
  const hash = user?.password_hash ?? "";
  const never = [session, token, cookie, hash, IP, "127.0.0.1", "postgres://", TYPED, EMAIL, GUESS, workbench.password];
  for (const secret of never) secrets.add(secret);
  // Whatever is written to users says what was given, as a bad conversion does.
  await house.query(`
    create function misread() returns trigger language plpgsql as $$ begin perform new.name::integer; return new; end $$`);
});
test.afterAll(async () => {
  await house.close();
  await receiver.close();
});
test.beforeEach(() => {
  receiver.reports.length = 0;
});
test.afterEach(() => {
  for (const { raw, headers, kinds } of receiver.reports) {
    // No sessions, no traces, no logs: errors alone.
    expect(kinds).toEqual(["event"]);
    for (const secret of secrets) expect(`${headers}\n${raw}`).not.toContain(secret);
    expect(raw).not.toMatch(/[\w.+-]+@[\w-]+\.\w+|\beyJ[\w-]{8,}|\$argon2|\b\d{1,3}(\.\d{1,3}){3}\b/);
  }
});

type Call = { input?: unknown; body?: string; requestId?: string; cookie?: string };

function call(path: string, { input, body, requestId, cookie = session }: Call = {}): Promise<Response> {
  const sent = body ?? (input === undefined ? undefined : JSON.stringify({ json: input }));
  return fetch(`${origin}/api/trpc/${path}`, {
    method: sent === undefined ? "GET" : "POST",
    body: sent,
    headers: {
      "content-type": "application/json",
      "x-forwarded-for": IP,
      cookie: cookie ? `gatebook.session=${cookie}` : "",
      ...(requestId ? { "x-request-id": requestId } : {}),
    },
  });
}

/** Renames somebody while the database cannot take it: an error that nobody expects, and that quotes what was typed. */
async function failUnexpectedly(requestId: string): Promise<void> {
  await house.query("create trigger misread before update on users for each row execute function misread()");
  try {
    const answer = await call("account.updateProfile", { input: { name: TYPED }, requestId });
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain(TYPED);
  } finally {
    await house.query("drop trigger misread on users");
  }
}

async function reportOf(requestId: string): Promise<ReportedEvent> {
  const found = () => receiver.reports.filter(({ event }) => event?.tags?.request_id === requestId);
  await expect.poll(() => found().length, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(found()).toHaveLength(1);
  return found()[0]?.event ?? {};
}

const FIELDS = ["event_id", "timestamp", "level", "platform", "environment", "sdk", "tags", "user", "exception"];

/** The event has the fields that may be there, and of its errors type, masked message, and frames without source. */
function expectNoMoreThanAllowed(event: ReportedEvent): void {
  expect(Object.keys(event).filter((field) => !FIELDS.includes(field))).toEqual([]);
  for (const error of event.exception?.values ?? []) {
    const fields = ["type", "value", "mechanism", "stacktrace"];
    expect(Object.keys(error).filter((field) => !fields.includes(field))).toEqual([]);
    for (const frame of error.stacktrace?.frames ?? []) {
      const places = ["filename", "function", "lineno", "colno", "in_app"];
      expect(Object.keys(frame as object).filter((field) => !places.includes(field))).toEqual([]);
    }
  }
}

test("expected refusals send nothing", async () => {
  const client = new Client(origin);
  const statuses = [
    await call("signIns.list", { cookie: "" }),
    await call("signIns.list"),
    await call("nobody.there"),
    await call("account.updateProfile", { input: { name: 7 } }),
    await call("account.updateProfile", { body: "{" }),
    await call("session.revoke", { input: { sessionId: "0199c5d2-1111-7abc-8def-000000000000" } }),
    await call("account.changePassword", { input: { currentPassword: GUESS, newPassword: TYPED } }),
    await fetch(`${origin}/no-such-page`),
    await client.session("a.b.c.d.e"),
  ].map(({ status }) => status);
  expect(statuses).toEqual([401, 403, 404, 400, 400, 404, 400, 404, 200]);
  const told = [];
  for (const kind of ["wrong", "unknown", "bad_csrf", "forged_link", "stray_callback"] as const)
    told.push((await client.attempt(kind, { password: GUESS })).told?.error);
  expect(told).toEqual(["sign_in_failed", "sign_in_failed", "csrf", "link_invalid", "not_finished"]);
  // What comes after them arrives, and nothing else has.
  await failUnexpectedly("the-only-report");
  await reportOf("the-only-report");
  expect(receiver.reports).toHaveLength(1);
});

test("a procedure that fails is reported with its name, the request and the person's id, and not what they typed", async () => {
  await failUnexpectedly("a-failed-procedure");
  const event = await reportOf("a-failed-procedure");
  expectNoMoreThanAllowed(event);
  expect(event.tags).toEqual({ procedure: "account.updateProfile", request_id: "a-failed-procedure" });
  expect(event.user).toEqual({ id: userId });
  expect(event.exception?.values?.map(({ value }) => value)).toContain(
    "invalid input syntax for type integer: [masked]",
  );
});

test("a callback of a sign-in that fails is reported without who tried, and with what", async () => {
  await house.query("alter table rate_limits rename to rate_limits_away");
  try {
    const { told } = await new Client(origin).attempt("wrong", { requestId: "a-failed-callback", password: GUESS });
    expect(told).toMatchObject({ error: "not_finished", session: null });
  } finally {
    await house.query("alter table rate_limits_away rename to rate_limits");
  }
  const event = await reportOf("a-failed-callback");
  expectNoMoreThanAllowed(event);
  expect(event.tags).toEqual({ callback: "signIn", request_id: "a-failed-callback" });
  expect(event).not.toHaveProperty("user");
  expect(event.exception?.values?.[0]?.value).toBe('relation "rate_limits" does not exist');
});

test("a mail that cannot be sent is reported without its recipient and the server's address", async () => {
  const other = "owner@acme.test";
  const cookie = (await new Client(origin).attempt("right", { email: other })).told?.session ?? "";
  const input = { currentPassword: workbench.password, newPassword: GUESS };
  expect((await call("account.changePassword", { input, cookie, requestId: "a-lost-mail" })).status).toBe(200);
  const event = await reportOf("a-lost-mail");
  expectNoMoreThanAllowed(event);
  expect(event.tags).toEqual({ mail: "password_changed", request_id: "a-lost-mail" });
  expect(event.exception?.values?.[0]?.value).toBe("connect ECONNREFUSED [address]:1");
});

test("a page that fails is reported by its route", async () => {
  await withUnreadableSession(async () => {
    const answer = await fetch(`${origin}/account/sessions?token=${GUESS.replaceAll(" ", "+")}`, {
      headers: { cookie: `gatebook.session=${session}`, "x-request-id": "a-failed-page", "x-forwarded-for": IP },
    });
    expect(answer.status).toBe(500);
  });
  const event = await reportOf("a-failed-page");
  expectNoMoreThanAllowed(event);
  expect(event.tags).toEqual({
    route: "/account/sessions",
    kind: "render",
    method: "GET",
    request_id: "a-failed-page",
  });
});

test.describe("in the browser", () => {
  async function open(page: Page, path: string): Promise<void> {
    await page.context().addCookies([{ name: "gatebook.session", value: session, url: origin }]);
    const reporter = page.waitForResponse((response) => response.url().endsWith(".js") && response.ok());
    await page.goto(`${origin}${path}`);
    await reporter;
    await page.waitForLoadState("networkidle");
  }

  async function browserReport(message: RegExp): Promise<ReportedEvent> {
    const found = () =>
      receiver.reports.filter(
        ({ event }) =>
          event?.platform === "javascript" && event.exception?.values?.some(({ value }) => message.test(value ?? "")),
      );
    await expect.poll(() => found().length, { timeout: 10_000 }).toBeGreaterThan(0);
    return found()[0]?.event ?? {};
  }

  test("an error on a page is reported without the page's address, and with its message masked", async ({ page }) => {
    await open(page, `/sign-in/finish?token=${"A".repeat(42)}b`);
    secrets.add(`${"A".repeat(42)}b`);
    await page.evaluate(
      ([email, guess]) => {
        setTimeout(() => {
          throw new Error(`it broke for ${email} with password="${guess}" from 203.0.113.77`);
        });
      },
      [EMAIL, GUESS],
    );
    const event = await browserReport(/^it broke/);
    expectNoMoreThanAllowed(event);
    expect(event.exception?.values?.[0]?.value).toBe("it broke for [email] with password=[masked] from [address]");
    expect(event).not.toHaveProperty("user");
    expect(event.tags).toEqual({});
  });

  test("a page that falls over in the browser too is reported from there", async ({ page }) => {
    await withUnreadableSession(async () => {
      await open(page, "/account/sessions");
      await expect(page.getByRole("heading", { name: "Something went wrong" })).toBeVisible();
    });
    expectNoMoreThanAllowed(await browserReport(/toISOString|getTime/));
  });

  test("opening pages sends nothing", async ({ page }) => {
    for (const path of ["/account", "/account/sessions", "/account/security"]) await open(page, path);
    await page.goto("about:blank");
    await failUnexpectedly("after-the-pages");
    await reportOf("after-the-pages");
    expect(receiver.reports).toHaveLength(1);
  });
});

/** Another session of the person with a time that no page can show. */
async function withUnreadableSession(work: () => Promise<void>): Promise<void> {
  await house.query(
    `insert into sessions (id, user_id, auth_method, provider, created_at, last_used_at, expires_at)
     values (gen_random_uuid(), $1, 'password', 'credentials', now(), 'infinity', 'infinity')`,
    [userId],
  );
  try {
    await work();
  } finally {
    await house.query("delete from sessions where expires_at = 'infinity'");
  }
}
