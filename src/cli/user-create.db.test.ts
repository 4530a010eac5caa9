/** `gatebook user create`: all of it or nothing, and a link that signs in once. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { database } from "@db/connect.server";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Attempt, openAttempt } from "@/auth/attempt/attempt";
import { commitSignIn } from "@/auth/attempt/commit.server";
import { passGates } from "@/auth/gates/index.server";
import { offersEmailLink } from "@/auth/providers/offered.server";
import { userCreate } from "@/cli/user-create";
import { setClock } from "@/platform/clock";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runInRequestScope } from "@/platform/request-scope";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const ORIGIN = "https://gatebook.example.com";

beforeAll(() => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  env();
});
afterAll(() => database().destroy());

let printed: string;
beforeEach(() => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("NEXTAUTH_URL", ORIGIN);
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});

async function create(...args: string[]): Promise<string> {
  printed = "";
  await userCreate.run(args);
  return printed;
}

const linkIn = (text: string) => /https:\/\/\S+/.exec(text)?.[0] ?? "";

const userOf = (email: string) =>
  postgres.db.selectFrom("users").selectAll().where("email", "=", email).executeTakeFirst();
const counts = async () => {
  const count = (table: "users" | "verification_tokens" | "audit_events") =>
    postgres.db
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<string>().as("rows"))
      .executeTakeFirst();
  return Promise.all([count("users"), count("verification_tokens"), count("audit_events")]);
};

/** Tries a link as the page /sign-in/finish sends it. */
async function open(link: string): Promise<Attempt> {
  const token = new URL(link).searchParams.get("token") ?? "";
  const attempt: Attempt = { ...openAttempt("token"), evidence: { kind: "token", token } };
  await runInRequestScope({ requestId: newId(), ip: null, userAgent: null, nonce: "n" }, async () => {
    if (await passGates(attempt)) await commitSignIn(attempt, newId(), database());
  });
  return attempt;
}

test("makes an admin without a password, whose link signs in once, where no mail is set up", async () => {
  const text = await create("--email", " First@Example.com ", "--name", "First Admin", "--admin");
  const user = await userOf("first@example.com");
  expect(user).toMatchObject({
    name: "First Admin",
    instance_role: "admin",
    password_hash: null,
    email_verified_at: null,
    disabled_at: null,
  });
  const rows = await postgres.db.selectFrom("audit_events").selectAll().where("action", "=", "userCreated").execute();
  expect(rows).toMatchObject([
    {
      status: "success",
      actor_type: "system",
      actor_id: null,
      target_type: "user",
      target_id: user?.id,
      details: { via: "command_line" },
    },
  ]);
  expect(text).toContain("24 hours");
  const link = linkIn(text);
  expect(link).toMatch(/^https:\/\/gatebook\.example\.com\/sign-in\/finish\?token=[A-Za-z0-9_-]{43}$/);

  expect(offersEmailLink()).toBe(false);
  expect(await open(link)).toMatchObject({ passed: true, refusal: null, account: { id: user?.id } });
  expect((await userOf("first@example.com"))?.email_verified_at).not.toBeNull();
  const sessions = await postgres.db.selectFrom("sessions").selectAll().execute();
  expect(sessions).toMatchObject([{ user_id: user?.id, auth_method: "email_verification" }]);
  expect(await open(link)).toMatchObject({ passed: false, refusal: { reason: "used_token" } });
});

test("makes a plain account unless it is told otherwise", async () => {
  await create("--email", "plain@example.com");
  expect(await userOf("plain@example.com")).toMatchObject({ name: null, instance_role: null });
});

test("the link works for 24 hours", async () => {
  const begun = Date.now();
  const link = linkIn(await create("--email", "later@example.com"));
  for (const [hours, refusal] of [
    [24.1, { reason: "expired_token" }],
    [23.9, null],
  ] as const) {
    const restore = setClock(() => new Date(begun + hours * 3600_000));
    expect((await open(link)).refusal).toEqual(refusal && expect.objectContaining(refusal));
    restore();
  }
});

describe("changes nothing", () => {
  test.each([
    [["--email", "PLAIN@example.com", "--admin"], /there is an account with the email plain@example\.com already/],
    [[], /--email EMAIL/],
    [["--email", "nobody"], /"nobody" is not an email address/],
    [["--email", "new@example.com", "--name", "x".repeat(201)], /at most 200/],
    [["--email", "new@example.com", "--owner"], /--owner/],
    [["new@example.com"], /new@example\.com/],
  ])("for %j", async (args, message) => {
    const before = await counts();
    await expect(create(...args)).rejects.toThrow(message);
    expect(printed).toBe("");
    expect(await counts()).toEqual(before);
    expect((await userOf("plain@example.com"))?.instance_role).toBeNull();
  });

  test("where the row of it cannot be written", async () => {
    await sql`create function refuse_to_record() returns trigger language plpgsql as $$
      begin raise exception 'no space left on device'; end $$`.execute(postgres.db);
    await sql`create trigger refuse before insert on audit_events
              for each row execute function refuse_to_record()`.execute(postgres.db);
    const before = await counts();
    await expect(create("--email", "unwritten@example.com")).rejects.toThrow("no space left");
    await sql`drop trigger refuse on audit_events`.execute(postgres.db);
    expect(await counts()).toEqual(before);
  });
});

const command = (settings: Record<string, string>, ...args: string[]) =>
  spawnSync(
    process.execPath,
    ["--conditions=react-server", "--import", "tsx", join(import.meta.dirname, "main.ts"), "user", "create", ...args],
    { env: { PATH: "/usr/bin", NODE_ENV: "production", ...settings }, encoding: "utf8" },
  );

test("as a command: 0 with the link, 1 for an email that is taken", () => {
  const settings = { DATABASE_URL: postgres.url, NEXTAUTH_URL: ORIGIN };
  const created = command(settings, "--email", "command@example.com", "--admin");
  expect([created.status, created.stderr]).toEqual([0, ""]);
  expect(linkIn(created.stdout)).toContain("/sign-in/finish?token=");
  const taken = command(settings, "--email", "command@example.com");
  expect([taken.status, taken.stdout, taken.stderr]).toEqual([
    1,
    "",
    expect.stringContaining("there is an account with the email command@example.com already"),
  ]);
});

test("as a command it needs two settings, and none to tell how it is used", () => {
  const bare = command({}, "--email", "bare@example.com");
  expect([bare.status, bare.stderr]).toEqual([1, expect.stringMatching(/DATABASE_URL[\s\S]*NEXTAUTH_URL/)]);
  const help = command({}, "--help");
  expect([help.status, help.stdout]).toEqual([0, expect.stringContaining("Usage: npm run gatebook -- user create")]);
});
