/**
 * Attempts to get into somebody else's account, or to have them get into one's own, through all gates and the commit.
 * Each fails, changes nothing of the account, and leaves its one row.
 */
import { database } from "@db/connect.server";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { hashPassword } from "@/account/passwords.server";
import { newVerificationToken } from "@/account/verification-tokens";
import { insertVerificationToken } from "@/account/verification-tokens.store.server";
import { type Attempt, type Evidence, openAttempt, type Refusal } from "@/auth/attempt/attempt";
import { closeAttempt } from "@/auth/attempt/close.server";
import { passGates } from "@/auth/gates/index.server";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const MALLORYS = "the password that mallory chose";
const VICTIMS = "the password that the victim chose";
const organizationId = newId();
let hashes: Record<string, string>;
/** Of this test alone. */
let email: string;

beforeAll(async () => {
  const variables = {
    DATABASE_URL: postgres.url,
    AUDIT_JOURNAL: "off",
    SIGN_IN_LIMIT_ACCOUNT: "off",
    SIGN_IN_LIMIT_IP: "off",
    OIDC_ISSUER: "https://idp.example.com",
    OIDC_CLIENT_ID: "a",
    OIDC_CLIENT_SECRET: "b",
    GOOGLE_CLIENT_ID: "a",
    GOOGLE_CLIENT_SECRET: "b",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  env();
  hashes = { [MALLORYS]: await hashPassword(MALLORYS), [VICTIMS]: await hashPassword(VICTIMS) };
  // Whose address is of acme may join it without an invitation.
  const acme = { id: organizationId, slug: "acme", name: "Acme", invite_only: false };
  await postgres.db.insertInto("organizations").values(acme).execute();
  const domain = { domain: "acme.test", organization_id: organizationId };
  await postgres.db.insertInto("organization_domains").values(domain).execute();
});
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});
beforeEach(() => {
  email = `victim-${newId()}@acme.test`;
});

type Person = { password?: string; verified?: boolean; address?: string };

/** Somebody who is there already, a member of acme. */
async function account({ password, verified = true, address = email }: Person = {}): Promise<string> {
  const id = newId();
  const at = new Date();
  await postgres.db
    .insertInto("users")
    .values({
      id,
      email: address,
      password_hash: password === undefined ? null : (hashes[password] ?? null),
      email_verified_at: verified ? at : null,
    })
    .execute();
  await postgres.db
    .insertInto("memberships")
    .values({ user_id: id, organization_id: organizationId, role: "member" })
    .execute();
  return id;
}

/** All that an account is: who it is, what opens it, and what is open. */
async function stateOf(userId: string) {
  const own = (table: "accounts" | "memberships" | "sessions") =>
    postgres.db.selectFrom(table).selectAll().where("user_id", "=", userId).execute();
  const user = await postgres.db.selectFrom("users").selectAll().where("id", "=", userId).executeTakeFirst();
  return {
    user,
    accounts: await own("accounts"),
    memberships: await own("memberships"),
    sessions: await own("sessions"),
  };
}

type Row = { status: string; reason: string | null; cause: unknown; actor: string | null; target: string | null };
type Came = { refusal: Refusal | null; row: Row | undefined; rows: number; claimed: string | null };

/** An attempt from its evidence to its row. */
async function come(provider: string, evidence: Evidence): Promise<Came> {
  const attempt: Attempt = { ...openAttempt(provider), evidence };
  await passGates(attempt);
  const closed = await runInRequestScope({ requestId: newId(), ip: null, userAgent: null, nonce: "n" }, () =>
    closeAttempt(
      attempt,
      attempt.refusal === null ? { kind: "minted", sessionId: newId() } : { kind: "refused", refusal: attempt.refusal },
    ),
  );
  const rows = await postgres.db.selectFrom("audit_events").selectAll().where("id", "=", attempt.eventId).execute();
  const [found] = rows;
  const row = found && {
    status: found.status,
    reason: found.failure_reason,
    cause: (found.details as { cause?: string }).cause ?? null,
    actor: found.actor_id,
    target: found.target_id,
  };
  const claimed = found?.claimed_email ?? null;
  return { refusal: closed.signedIn ? null : closed.refusal, row, rows: rows.length, claimed };
}

const byPassword = (password: string, address = email) =>
  come("credentials", { kind: "password", email: address, password });
const byProvider = (subject: string, address: string | null = email, vouched = true, provider = "openid") =>
  come(provider, { kind: "identity", subject, email: address, emailVerified: vouched, name: null, roles: [] });

async function byLink(userId: string): Promise<Came> {
  const { token, digest } = newVerificationToken();
  const at = new Date();
  const expiresAt = new Date(at.getTime() + 60_000);
  await insertVerificationToken(postgres.db, { purpose: "sign_in", digest, userId, createdAt: at, expiresAt });
  return come("token", { kind: "token", token });
}

/** The attempt failed with its one row against this account, or nobody's, and the account is what it was. */
async function expectRefused(attempt: () => Promise<Came>, userId: string, row: Partial<Row>): Promise<Came> {
  const before = await stateOf(userId);
  const came = await attempt();
  expect(came.rows).toBe(1);
  expect(came.row).toMatchObject({ status: "failure", actor: null, ...row });
  expect(await stateOf(userId)).toEqual(before);
  return came;
}

/** The attempt signed in as somebody; answers whom. */
function expectIn({ refusal, row, rows }: Came): string {
  expect([refusal, rows, row?.status]).toEqual([null, 1, "success"]);
  expect(row?.actor).toBe(row?.target);
  return row?.actor ?? "";
}

describe("an account that mallory registered with the victim's address, unverified,", () => {
  test("does not take in the victim who comes from a provider", async () => {
    const trap = await account({ password: MALLORYS, verified: false });
    await expectRefused(() => byProvider(newId()), trap, { reason: "account_not_linked", target: trap });
    await expectRefused(() => byPassword(MALLORYS), trap, { reason: "email_not_verified", target: trap });
  });

  test("is the victim's once they prove the mailbox, and nothing of mallory's opens it then", async () => {
    const trap = await account({ password: MALLORYS, verified: false });
    const planted = newId();
    await postgres.db
      .insertInto("accounts")
      .values({ id: newId(), user_id: trap, provider: "openid", provider_account_id: planted })
      .execute();
    await expectRefused(() => byProvider(planted), trap, { reason: "email_not_verified", target: trap });
    expect(expectIn(await byLink(trap))).toBe(trap);
    await expectRefused(() => byPassword(MALLORYS), trap, { reason: "no_password", target: trap });
    await expectRefused(() => byProvider(planted), trap, { reason: "account_not_linked", target: trap });
  });
});

describe("an account of the victim's, unverified,", () => {
  test.each([true, false])("is not opened from a provider that vouches for the address: %s", async (vouched) => {
    const victim = await account({ password: VICTIMS, verified: false });
    const attempt = () => byProvider(newId(), email, vouched);
    await expectRefused(attempt, victim, { reason: "account_not_linked", target: victim });
  });
});

describe("an address that nobody has here yet", () => {
  test("is not taken by whom the provider does not vouch for, and its owner finds it free", async () => {
    const [mallory, victim] = [newId(), newId()];
    const came = await byProvider(mallory, email, false);
    expect(came.row).toEqual({
      status: "failure",
      reason: "email_not_verified",
      cause: null,
      actor: null,
      target: null,
    });
    expect(came.claimed).toBe(email);
    const owner = expectIn(await byProvider(victim));
    await expectRefused(() => byProvider(mallory, email, false), owner, {
      reason: "account_not_linked",
      target: owner,
    });
  });
});

describe("the same address at another provider", () => {
  test("is somebody else until the account's owner says otherwise, by the same subject too", async () => {
    const subject = newId();
    const victim = expectIn(await byProvider(subject));
    for (const theirs of [newId(), subject]) {
      const attempt = () => byProvider(theirs, email, true, "google");
      await expectRefused(attempt, victim, { reason: "account_not_linked", target: victim });
    }
    expect(expectIn(await byProvider(subject))).toBe(victim);
  });
});

describe("an address that changes at the provider", () => {
  test.each([true, false])("to the victim's moves no identity and no membership, vouched for: %s", async (vouched) => {
    const subject = newId();
    const mallorys = `mallory-${newId()}@elsewhere.test`;
    const mallory = expectIn(await byProvider(subject, mallorys));
    const victim = await account({ password: VICTIMS });
    const before = await stateOf(victim);
    expect(expectIn(await byProvider(subject, email, vouched))).toBe(mallory);
    expect(await stateOf(victim)).toEqual(before);
    const { user, memberships } = await stateOf(mallory);
    expect([user?.email, memberships]).toEqual([mallorys, []]);
    expect(expectIn(await byPassword(VICTIMS))).toBe(victim);
  });

  test("to one that nobody has here does not reserve it", async () => {
    const subject = newId();
    const mallory = expectIn(await byProvider(subject, `mallory-${email}`));
    expect(expectIn(await byProvider(subject))).toBe(mallory);
    expect(expectIn(await byProvider(newId()))).not.toBe(mallory);
  });

  test("and is given to somebody else there does not give them the account", async () => {
    const victim = expectIn(await byProvider(newId()));
    await expectRefused(() => byProvider(newId()), victim, { reason: "account_not_linked", target: victim });
  });
});

describe("an address that looks like the victim's", () => {
  const fullWidth = (text: string) => text.replace("victim", "ｖｉｃｔｉｍ");

  test.each<[string, (text: string) => string]>([
    ["in capitals", (text) => text.toUpperCase()],
    ["with spaces around it", (text) => ` ${text}\n`],
    ["in full-width letters", fullWidth],
    ["with a full-width @", (text) => text.replace("@", "＠")],
    ["with a full-width domain", (text) => text.replace("acme", "ａｃｍｅ")],
  ])("%s is the victim's, and opens it for nobody who has not linked it", async (_, spell) => {
    const victim = await account({ password: VICTIMS });
    const row = { reason: "account_not_linked", target: victim };
    const came = await expectRefused(() => byProvider(newId(), spell(email)), victim, row);
    expect(came.claimed).toBe(email);
    const wrong = { reason: "wrong_password", target: victim };
    await expectRefused(() => byPassword(MALLORYS, spell(email)), victim, wrong);
  });

  test.each<[string, string, string]>([
    ["a Cyrillic letter", "victim", "v\u0456ctim"],
    ["a Cyrillic letter in the domain", "acme", "\u0430cme"],
    ["a Greek letter", "victim", "\u03BDictim"],
    ["a zero-width space", "victim", "vic\u200Btim"],
    ["a zero-width joiner", "victim", "vic\u200Dtim"],
    ["a soft hyphen in the domain", "acme", "ac\u00ADme"],
    ["a variation selector", "victim", "v\uFE0Fictim"],
    ["a Hangul filler", "victim", "vic\u3164tim"],
    ["a right-to-left override", "victim", "\u202Evictim"],
  ])("by %s is no address at all", async (_, from, to) => {
    const victim = await account({ password: VICTIMS });
    const spelt = email.replace(from, to);
    const row = { reason: "provider_error", cause: "unusable_email", target: null };
    const came = await expectRefused(() => byProvider(newId(), spelt), victim, row);
    expect(came.claimed).toBe(spelt);
    await expectRefused(() => byPassword(VICTIMS, spelt), victim, { reason: "unknown_user", target: null });
  });

  test.each<[string, string, string]>([
    ["a dotless i", "victim", "v\u0131ctim"],
    ["a capital I with a dot", "victim", "V\u0130CTIM"],
    ["an accent", "victim", "v\u00EDctim"],
    ["a combining cedilla", "victim", "vic\u0327tim"],
    ["a digit", "victim", "v1ctim"],
    ["a domain in Cyrillic letters", "acme", "\u0430\u0441\u043C\u0435"],
  ])("by %s is another person, who gains nothing of the victim's", async (_, from, to) => {
    const victim = await account({ password: VICTIMS });
    const before = await stateOf(victim);
    const spelt = email.replace(from, to);
    await expectRefused(() => byPassword(VICTIMS, spelt), victim, { reason: "unknown_user", target: null });
    expect(expectIn(await byProvider(newId(), spelt))).not.toBe(victim);
    expect(await stateOf(victim)).toEqual(before);
  });
});
