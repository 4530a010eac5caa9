/** The gates and the commit of a sign-in that an organization's policy has a say in, on the real tables. */
import { randomBytes } from "node:crypto";
import { database } from "@db/connect.server";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { hashPassword } from "@/account/passwords.server";
import { type Attempt, type Evidence, openAttempt } from "@/auth/attempt/attempt";
import { commitSignIn } from "@/auth/attempt/commit.server";
import { passGates } from "@/auth/gates/index.server";
import { leaveLimits } from "@/auth/limits/limits.server";
import { reloadSignInPolicy } from "@/auth/policy/sign-in-policy.server";
import { sealClientSecret, settingsOf } from "@/directory/connections";
import { insertConnection, setEnabled } from "@/directory/connections.store.server";
import { linkIdentity } from "@/directory/users.store.server";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { KeyRing } from "@/platform/key-ring";
import { runInRequestScope } from "@/platform/request-scope";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const key = randomBytes(32);
const AT = new Date("2026-03-04T05:06:07Z");
const PASSWORD = "correct horse battery staple";
const acme = newId();
const connection = newId();
const OWN = `sso-${connection}`;
const SCOPE = { requestId: "request-0001", ip: "203.0.113.7", userAgent: "browser", nonce: "n" };
let passwordHash: string;

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("SSO_CONNECTIONS", "on");
  vi.stubEnv("GATEBOOK_KEYS", `k1:${key.toString("base64")}`);
  vi.stubEnv("GITHUB_CLIENT_ID", "id");
  vi.stubEnv("GITHUB_CLIENT_SECRET", "secret");
  env();
  passwordHash = await hashPassword(PASSWORD);
  const { db } = postgres;
  await db.insertInto("organizations").values({ id: acme, slug: "acme", name: "Acme" }).execute();
  await db.insertInto("organization_domains").values({ domain: "acme.test", organization_id: acme }).execute();
  const settings = settingsOf({
    kind: "openid",
    name: "Acme ID",
    clientId: "gatebook",
    issuer: "https://id.acme.test",
    rolesClaim: "groups",
    roleMapping: { staff: "auditor", leads: "admin" },
  });
  const secret = sealClientSecret(new KeyRing([["k1", key]]), connection, "s3cret");
  await insertConnection(db, { id: connection, organizationId: acme, settings, secret, at: AT });
  await setEnabled(db, connection, AT);
});
afterAll(() => database().destroy());
beforeEach(() => ask({}));

type Asked = {
  required_connection_id?: string;
  invite_only?: boolean;
  default_role?: string;
  allowed_methods?: string[];
};

/** What Acme asks of its people from now on; what is left out, as little as it can. */
async function ask(asked: Asked): Promise<void> {
  const open = { required_connection_id: null, invite_only: false, default_role: "member" };
  const methods = ["password", "email_verification", "sso", "passkey"];
  await postgres.db
    .updateTable("organizations")
    .set({ ...open, allowed_methods: methods, ...asked })
    .where("id", "=", acme)
    .execute();
  await reloadSignInPolicy();
}

type Facts = { email?: string; instance_role?: string; role?: string };

async function user({ email = `${newId()}@acme.test`, instance_role, role }: Facts = {}) {
  const id = newId();
  const values = {
    id,
    email,
    password_hash: passwordHash,
    email_verified_at: AT,
    instance_role: instance_role ?? null,
  };
  await postgres.db.insertInto("users").values(values).execute();
  if (role) await postgres.db.insertInto("memberships").values({ user_id: id, organization_id: acme, role }).execute();
  return { id, email };
}

async function come(provider: string, evidence: Evidence): Promise<Attempt> {
  const attempt = { ...openAttempt(provider), evidence };
  await passGates(attempt);
  return attempt;
}
const byPassword = (email: string, password = PASSWORD) => come("credentials", { kind: "password", email, password });
const identity = (email: string, roles: string[] = [], subject = newId()): Evidence => ({
  kind: "identity",
  subject,
  email,
  emailVerified: true,
  name: null,
  roles,
});

const enter = async (attempt: Attempt) => {
  expect(attempt.refusal).toBeNull();
  expect(await commitSignIn(attempt, newId(), postgres.db)).toBeNull();
};

async function memberOf(email: string) {
  return postgres.db
    .selectFrom("users")
    .leftJoin("memberships", "memberships.user_id", "users.id")
    .select(["users.id", "organization_id", "role"])
    .where("email", "=", email)
    .executeTakeFirstOrThrow();
}
const changesOf = (userId: string) =>
  postgres.db
    .selectFrom("audit_events")
    .selectAll()
    .where("action", "=", "membershipChanged")
    .where("target_id", "=", userId)
    .orderBy("id")
    .execute();

describe("a domain whose organization requires a connection", () => {
  beforeEach(() => ask({ required_connection_id: connection }));
  const led = { reason: "redirected_by_policy", gate: "connection required", leadsTo: OWN };

  test("leads every address there, whoever has an account and whatever was typed", async () => {
    const { id, email } = await user();
    for (const password of [PASSWORD, "wrong", "", "x".repeat(2000)]) {
      expect(await byPassword(email, password)).toMatchObject({ passed: false, refusal: led, account: { id } });
      const stranger = await byPassword("nobody@acme.test", password);
      expect(stranger).toMatchObject({ passed: false, refusal: led, account: null, claimedEmail: "nobody@acme.test" });
    }
  });

  test("says of a disabled account, or of one whose mailbox is unproven, nothing else", async () => {
    for (const [field, value] of [
      ["disabled_at", AT],
      ["email_verified_at", null],
    ] as const) {
      const { id, email } = await user();
      await postgres.db.updateTable("users").set(field, value).where("id", "=", id).execute();
      expect((await byPassword(email)).refusal).toEqual(led);
    }
  });

  test("lets an administrator of the instance in by password, and tells nobody that there is one", async () => {
    const { email } = await user({ instance_role: "admin" });
    expect((await byPassword(email, "wrong")).refusal).toEqual(led);
    expect((await byPassword(email, "")).refusal).toEqual(led);
    await enter(await byPassword(email));
  });

  test("counts typed passwords as guesses at the account, never at the company's network", async () => {
    const tryOnce = async (email: string, password: string) => {
      const attempt = await runInRequestScope(SCOPE, () => byPassword(email, password));
      await leaveLimits(attempt, attempt.refusal?.reason ?? null);
      return attempt.refusal?.reason;
    };
    const guessed = "guessed@acme.test";
    for (let tries = 0; tries < 11; tries += 1) expect(await tryOnce(guessed, "")).toBe("redirected_by_policy");
    for (let tries = 0; tries < 10; tries += 1) expect(await tryOnce(guessed, "x")).toBe("redirected_by_policy");
    expect(await tryOnce(guessed, "x")).toBe("rate_limited");
    const counted = await postgres.db.selectFrom("rate_limits").select("key").execute();
    expect(counted.map(({ key }) => key.split(":")[0])).toEqual(["sign_in_account"]);
  });

  test("binds a member with another address once they have proven themselves, and says nothing before", async () => {
    const { email } = await user({ email: "carol@private.test", role: "member" });
    expect((await byPassword(email, "wrong")).refusal?.reason).toBe("wrong_password");
    expect((await byPassword(email)).refusal).toEqual(led);
  });

  test("refuses another provider, and takes its own", async () => {
    const other = await come("github", identity("dora@acme.test"));
    expect(other.refusal).toEqual(led);
    await enter(await come(OWN, identity("dora@acme.test")));
  });
});

test("a required connection that is disabled stays required", async () => {
  await ask({ required_connection_id: connection });
  await setEnabled(postgres.db, connection, null);
  await reloadSignInPolicy();
  const { email } = await user();
  expect((await byPassword(email)).refusal?.reason).toBe("redirected_by_policy");
  expect((await come(OWN, identity(email))).refusal?.reason).toBe("provider_not_allowed");
  await setEnabled(postgres.db, connection, AT);
});

test("a method that is not allowed is refused to those who proved themselves", async () => {
  await ask({ allowed_methods: ["sso"] });
  const { email } = await user();
  expect((await byPassword(email, "wrong")).refusal?.reason).toBe("wrong_password");
  expect((await byPassword(email)).refusal).toEqual({ reason: "method_not_allowed", gate: "method allowed" });
});

describe("a connection of an organization", () => {
  test("speaks for its domain alone, and does not tell who has an account elsewhere", async () => {
    const { email } = await user({ email: "eve@elsewhere.test" });
    for (const address of [email, "nobody@elsewhere.test"]) {
      const { refusal, account } = await come(OWN, identity(address));
      const reason = "organization_not_allowed";
      expect(refusal).toEqual({ reason, gate: "organization allowed", cause: "foreign_address" });
      expect(account).toBeNull();
    }
  });

  test("signs in whom it is linked to, whatever their address", async () => {
    const { id } = await user({ email: "frank@private.test", role: "member" });
    await linkIdentity(postgres.db, { userId: id, provider: OWN, subject: "s-frank", at: AT });
    await enter(await come(OWN, identity("frank@anything.test", [], "s-frank")));
  });

  test("of one that people join by invitation alone takes members only", async () => {
    await ask({ invite_only: true });
    const { refusal } = await come(OWN, identity("gina@acme.test"));
    expect(refusal).toEqual({ reason: "organization_not_allowed", gate: "organization allowed", cause: "not_invited" });
    const { id, email } = await user({ role: "member" });
    await linkIdentity(postgres.db, { userId: id, provider: OWN, subject: "s-member", at: AT });
    await enter(await come(OWN, identity(email, [], "s-member")));
  });
});

describe("just in time", () => {
  test("a newcomer of the domain becomes a member by any provider, with the default role, in the book", async () => {
    await ask({ default_role: "auditor" });
    await enter(await come("github", identity("hana@acme.test")));
    const { id, ...member } = await memberOf("hana@acme.test");
    expect(member).toEqual({ organization_id: acme, role: "auditor" });
    expect(await changesOf(id)).toMatchObject([
      {
        status: "success",
        actor_type: "system",
        organization_id: acme,
        provider: "github",
        changes: { role: { from: null, to: "auditor" } },
        details: { via: "just_in_time" },
      },
    ]);
    const row = await postgres.db
      .selectFrom("audit_events")
      .select("organization_id")
      .where("action", "=", "signedIn")
      .where("target_id", "=", id)
      .executeTakeFirst();
    expect(row?.organization_id).toBe(acme);
  });

  test("by a provider of the whole instance nobody joins one that takes invited people only, and they are in all the same", async () => {
    await ask({ invite_only: true });
    await enter(await come("github", identity("ivan@acme.test")));
    expect(await memberOf("ivan@acme.test")).toMatchObject({ organization_id: null });
  });

  test("a password makes nobody a member", async () => {
    const { id, email } = await user();
    await enter(await byPassword(email));
    expect(await memberOf(email)).toEqual({ id, organization_id: null, role: null });
  });

  test("eight first sign-ins at the same moment are one member and one row", async () => {
    const evidence = identity("jo@acme.test", ["leads"]);
    const attempts = await Promise.all(Array.from({ length: 8 }, () => come(OWN, evidence)));
    await Promise.all(attempts.map(enter));
    const { id, role } = await memberOf("jo@acme.test");
    expect(role).toBe("admin");
    expect(await changesOf(id)).toHaveLength(1);
  });
});

describe("roles that the provider says", () => {
  test("are followed up and down at every sign-in by the connection, each change a row", async () => {
    const subject = newId();
    for (const roles of [["staff"], ["staff"], ["leads", "staff"], []]) {
      await enter(await come(OWN, identity("kim@acme.test", roles, subject)));
    }
    const { id, role } = await memberOf("kim@acme.test");
    expect(role).toBe("member");
    expect((await changesOf(id)).map(({ changes, details }) => [changes, details])).toEqual([
      [{ role: { from: null, to: "auditor" } }, { via: "just_in_time" }],
      [{ role: { from: "auditor", to: "admin" } }, { via: "role_mapping" }],
      [{ role: { from: "admin", to: "member" } }, { via: "role_mapping" }],
    ]);
  });

  test("do not touch an owner, nor the role of who comes by another provider", async () => {
    const owner = await user({ role: "owner" });
    await linkIdentity(postgres.db, { userId: owner.id, provider: OWN, subject: "s-owner", at: AT });
    await enter(await come(OWN, identity(owner.email, ["staff"], "s-owner")));
    const admin = await user({ role: "admin" });
    await linkIdentity(postgres.db, { userId: admin.id, provider: "github", subject: "s-admin", at: AT });
    await enter(await come("github", identity(admin.email, ["staff"], "s-admin")));
    expect(await memberOf(owner.email)).toMatchObject({ role: "owner" });
    expect(await memberOf(admin.email)).toMatchObject({ role: "admin" });
    expect([...(await changesOf(owner.id)), ...(await changesOf(admin.id))]).toEqual([]);
  });
});
