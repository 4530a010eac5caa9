/** `gatebook session inspect`: what it says of a cookie and its session, that it says no secret, and how it fails. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { endSession, openSession } from "@/auth/session.store.server";
import { encodeSessionToken } from "@/auth/session-token";
import { sessionInspect } from "@/cli/session-inspect";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const SECRET = "a secret for this test alone, long enough";

let printed: string;
let sid: string;
let token: string;
beforeEach(async () => {
  vi.stubEnv("NEXTAUTH_SECRET", SECRET);
  vi.stubEnv("DATABASE_URL", postgres.url);
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  sid = await begin();
  token = await encodeSessionToken({ sid }, SECRET, 3600);
});
afterEach(() => {
  vi.useRealTimers();
});

async function begin(): Promise<string> {
  const [id, userId] = [newId(), newId()];
  await postgres.db
    .insertInto("users")
    .values({ id: userId, email: `${userId}@example.com` })
    .execute();
  const at = new Date();
  const expiresAt = new Date(at.getTime() + 12 * 3600_000);
  const how = { authMethod: "password" as const, provider: "credentials", ip: "203.0.113.7", userAgent: "browser" };
  await openSession(postgres.db, { id, userId, ...how, at, expiresAt }, []);
  return id;
}

async function inspect(...args: string[]): Promise<string> {
  printed = "";
  await sessionInspect.run(args);
  return printed;
}

test("says what the claims mean and whose session it is, and prints no secret", async () => {
  const text = await inspect(`Cookie: theme=dark; gatebook.session=${token}`);
  for (const part of [
    "gatebook.session",
    sid,
    "The id of the session's row.",
    "jti",
    "live",
    "203.0.113.7",
    "password",
  ]) {
    expect(text).toContain(part);
  }
  expect(text).toContain(`${`gatebook.session=${token}`.length} bytes in 1 cookie`);
  for (const part of token.split(".").filter((one) => one.length > 8)) expect(text).not.toContain(part);
  expect(text).not.toContain(SECRET);
});

test("takes the token alone, and its chunks as words of their own", async () => {
  expect(await inspect(token)).toContain(sid);
  const [first, second] = [token.slice(0, 90), token.slice(90)];
  const text = await inspect(`gatebook.session.1=${second}`, `gatebook.session.0=${first}`);
  expect(text).toContain(sid);
  expect(text).toContain("in 2 chunks");
});

describe("says of a session that", () => {
  test("was ended, when and why", async () => {
    const at = new Date();
    await endSession(postgres.db, sid, "credentials_changed", at);
    expect(await inspect(token)).toContain(
      `ended at ${at.toISOString()}: a credential of the account was changed (credentials_changed)`,
    );
  });

  test("was idle for too long, by this deployment's setting", async () => {
    vi.stubEnv("SESSION_IDLE_S", "1800");
    const used = new Date(Date.now() - 3600_000);
    await postgres.db.updateTable("sessions").set({ last_used_at: used }).where("id", "=", sid).execute();
    expect(await inspect(token)).toContain(`ended at ${new Date(used.getTime() + 1_800_000).toISOString()}`);
  });

  test("has expired", async () => {
    const at = new Date(Date.now() - 1000);
    await postgres.db.updateTable("sessions").set({ expires_at: at }).where("id", "=", sid).execute();
    expect(await inspect(token)).toContain(`expired at ${at.toISOString()}`);
  });

  test("has no row in this database", async () => {
    const stray = await encodeSessionToken({ sid: newId() }, SECRET, 3600);
    expect(await inspect(stray)).toContain("there is none");
  });

  test("nobody can look up: no database is named, or it is away", async () => {
    vi.stubEnv("DATABASE_URL", "");
    expect(await inspect(token)).toMatch(/Claims[\s\S]*not looked up: DATABASE_URL is not set/);
    vi.stubEnv("DATABASE_URL", "postgres://nobody:hunter2@127.0.0.1:1/nowhere");
    const text = await inspect(token);
    expect(text).toMatch(/Claims[\s\S]*not looked up: the database cannot be asked/);
    expect(text).not.toContain("hunter2");
  });
});

test("a token that has expired still opens, and is said to be dead", async () => {
  vi.useFakeTimers({ now: Date.now() - 2 * 3600_000, toFake: ["Date"] });
  const old = await encodeSessionToken({ sid }, SECRET, 3600);
  vi.useRealTimers();
  const text = await inspect(old);
  expect(text).toContain("opens, but has expired: nobody is signed in with it");
  expect(text).toContain(sid);
});

describe("fails, with a sentence that holds nothing of what was pasted, for", () => {
  test.each([
    ["another secret", () => encodeSessionToken({ sid: newId() }, `${SECRET}!`, 3600), /it does not open/],
    ["a cut-off token", async () => token.slice(0, -5), /it does not open/],
    ["text", async () => "hunter2", /That is not a session token/],
  ])("%s", async (_, pasted, message) => {
    const text = await pasted();
    const failure = await inspect(text).then(
      () => "opened",
      (error: unknown) => String(error),
    );
    expect(failure).toMatch(message);
    expect(failure).not.toContain(text);
  });

  test("no secret to open it with", async () => {
    vi.stubEnv("NEXTAUTH_SECRET", "");
    await expect(inspect(token)).rejects.toThrow("NEXTAUTH_SECRET is not set");
  });
});

describe("as a command, without any other setting", () => {
  const main = join(import.meta.dirname, "main.ts");
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ["--conditions=react-server", "--import", "tsx", main, "session", "inspect", ...args], {
      env: { PATH: "/usr/bin", NODE_ENV: "production", NEXTAUTH_SECRET: SECRET },
      encoding: "utf8",
    });

  test("exit code 1 for what does not open", () => {
    const { status, stdout, stderr } = run("hunter2");
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^session inspect failed: That is not a session token/);
  });

  test("exit code 0 for what does, and what it could not look up", () => {
    const { status, stdout, stderr } = run(token);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("DATABASE_URL is not set");
  });

  test("exit code 0 for help", () => {
    const { status, stdout } = run("--help");
    expect([status, stdout]).toEqual([0, expect.stringContaining("Usage: npm run gatebook -- session inspect")]);
  });
});
