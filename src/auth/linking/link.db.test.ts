/** Linking by proof of both: what it takes, what it never does, and what stands in the book of it. */
import { randomBytes } from "node:crypto";
import { database } from "@db/connect.server";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { boundTokenDigest, newVerificationToken } from "@/account/verification-tokens";
import { insertVerificationToken } from "@/account/verification-tokens.store.server";
import { openAttempt } from "@/auth/attempt/attempt";
import { linkInSession, linkOfferByMail, linkOfferInSession } from "@/auth/linking/link.server";
import { offerOf, requestLinkMail } from "@/auth/linking/offer.server";
import { type LinkOffer, offeredIdentity } from "@/auth/linking/seals";
import { reloadSignInPolicy } from "@/auth/policy/sign-in-policy.server";
import { endSession, openSession } from "@/auth/session.store.server";
import type { GatebookSession } from "@/auth/session-shape";
import { sealClientSecret } from "@/directory/connections";
import { linkIdentity } from "@/directory/users.store.server";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { testDatabase } from "@/workbench/test-database";

// What follows an answer has no answer to follow here; that mails are sent is for the journeys to see.
const after = vi.hoisted(() => vi.fn());
vi.mock("next/server", () => ({ after }));

const postgres = testDatabase();
const RING = `one:${randomBytes(32).toString("base64")}`;
let requestId: string;
let session: GatebookSession;
let subject: string;

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  vi.stubEnv("GATEBOOK_KEYS", RING);
  vi.stubEnv("SSO_CONNECTIONS", "on");
  env();
});
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});
beforeEach(async () => {
  after.mockReset();
  [requestId, subject] = [newId(), newId()];
  session = await signedIn(await addUser());
});

type User = { id: string; email: string };
async function addUser(more: { email_verified_at?: Date | null; password_hash?: string; disabled_at?: Date } = {}) {
  const id = newId();
  const user = { id, email: `${id}@example.com` };
  await postgres.db
    .insertInto("users")
    .values({ ...user, email_verified_at: new Date(), ...more })
    .execute();
  return user;
}
async function signedIn(user: User): Promise<GatebookSession> {
  const sid = newId();
  const [at, expiresAt] = [new Date(), new Date(Date.now() + 3600_000)];
  const how = { authMethod: "password" as const, provider: "credentials" };
  await openSession(postgres.db, { id: sid, userId: user.id, ...how, ip: null, userAgent: null, at, expiresAt }, []);
  const person = { ...user, name: null, instanceRole: null };
  return { sid, expires: expiresAt.toISOString(), user: person, memberships: [], ...how };
}
const offerFor = (user: User, provider = "openid"): LinkOffer => ({
  userId: user.id,
  provider,
  subject,
  email: user.email,
  madeAt: Date.now(),
});
async function mailedToken(offer: LinkOffer, minutes = 15): Promise<string> {
  const { token } = newVerificationToken();
  const digest = boundTokenDigest(token, offeredIdentity(offer)) ?? Buffer.alloc(32);
  const createdAt = new Date(Date.now() - 20 * 60_000);
  const expiresAt = new Date(Date.now() + minutes * 60_000);
  await insertVerificationToken(postgres.db, {
    purpose: "link_provider",
    digest,
    userId: offer.userId,
    createdAt,
    expiresAt,
  });
  return token;
}
const inRequest = <T>(work: () => Promise<T>) =>
  runInRequestScope({ requestId, ip: "203.0.113.7", userAgent: "browser", nonce: "n" }, work);
const link = (by = session, more: object = {}) =>
  inRequest(() => linkInSession(by, { provider: "openid", subject, email: "x@elsewhere.test", tokens: null, ...more }));
const byMail = (token: string, offer: LinkOffer) => inRequest(() => linkOfferByMail(token, offer));
const rows = () =>
  postgres.db
    .selectFrom("audit_events")
    .select(["action", "status", "failure_reason", "actor_id", "target_id", "provider", "session_id", "details"])
    .where("request_id", "=", requestId)
    .orderBy("action")
    .execute();
const identities = (userId: string) =>
  postgres.db.selectFrom("accounts").selectAll().where("user_id", "=", userId).execute();

describe("in a session", () => {
  test("the identity goes to its user, with what the provider gave, and with its row; the user is told", async () => {
    const tokens = { accessToken: "access", refreshToken: "refresh", expiresAt: null };
    expect(await link(session, { tokens })).toBeNull();
    const [identity] = await identities(session.user.id);
    expect(identity).toMatchObject({ provider: "openid", provider_account_id: subject, last_used_at: null });
    const kept = await postgres.db.selectFrom("provider_tokens").select("account_id").execute();
    expect(kept).toEqual([{ account_id: identity?.id }]);
    expect(await rows()).toEqual([
      {
        action: "providerLinked",
        status: "success",
        failure_reason: null,
        actor_id: session.user.id,
        target_id: identity?.id,
        provider: "openid",
        session_id: session.sid,
        details: { via: "session" },
      },
    ]);
    expect(after).toHaveBeenCalledTimes(1);
  });

  test("one's own, linked again, changes nothing and leaves no row", async () => {
    await linkIdentity(postgres.db, { userId: session.user.id, provider: "openid", subject, at: new Date() });
    expect(await link()).toBeNull();
    expect(await identities(session.user.id)).toHaveLength(1);
    expect(await rows()).toEqual([]);
    expect(after).not.toHaveBeenCalled();
  });

  test("somebody else's stays theirs", async () => {
    const other = await addUser();
    await linkIdentity(postgres.db, { userId: other.id, provider: "openid", subject, at: new Date() });
    expect(await link()).toBe("identity_taken");
    expect(await identities(session.user.id)).toEqual([]);
    expect(await identities(other.id)).toHaveLength(1);
    expect(await rows()).toEqual([
      expect.objectContaining({ status: "failure", failure_reason: "identity_taken", target_id: session.user.id }),
    ]);
  });

  test("two people at the same moment: it is one's, and the other is refused", async () => {
    const other = await signedIn(await addUser());
    const outcomes = await Promise.all([link(session), link(other)]);
    expect(outcomes.sort()).toEqual(["identity_taken", null]);
    expect([...(await identities(session.user.id)), ...(await identities(other.user.id))]).toHaveLength(1);
  });

  test.each([
    ["has ended", () => endSession(postgres.db, session.sid, "revoked", new Date())],
    [
      "is another user's",
      async () => {
        session = { ...session, user: { ...session.user, ...(await addUser()) } };
      },
    ],
  ])("that %s meanwhile, nothing is linked", async (_, meanwhile) => {
    await meanwhile();
    expect(await link()).toBe("session_changed");
    expect(await identities(session.user.id)).toEqual([]);
    expect(await rows()).toEqual([expect.objectContaining({ status: "failure", failure_reason: "session_changed" })]);
  });

  test("of an account whose mailbox is unproven, nothing is linked: it would be planted there", async () => {
    session = await signedIn(await addUser({ email_verified_at: null }));
    expect(await link()).toBe("email_not_verified");
    expect(await identities(session.user.id)).toEqual([]);
  });

  test("a connection of an organization is linked for addresses of its domains alone, on both sides", async () => {
    const [organization, connection] = [newId(), newId()];
    const domain = `${organization}.test`;
    await postgres.db
      .insertInto("organizations")
      .values({ id: organization, slug: organization, name: "Acme" })
      .execute();
    await postgres.db.insertInto("organization_domains").values({ domain, organization_id: organization }).execute();
    await connect(connection, organization);
    const provider = `sso-${connection}`;
    const inside = { ...(await addUser()), email: `alice@${domain}` };
    await postgres.db.updateTable("users").set({ email: inside.email }).where("id", "=", inside.id).execute();
    const member = await signedIn(inside);
    expect(await link(session, { provider, email: `x@${domain}` })).toBe("organization_not_allowed");
    expect(await link(member, { provider, email: "x@elsewhere.test" })).toBe("organization_not_allowed");
    expect(await link(member, { provider, email: null })).toBe("organization_not_allowed");
    expect(await link(member, { provider, email: `x@${domain}` })).toBeNull();
  });
});

/** A connection of an organization in force. */
async function connect(id: string, organizationId: string): Promise<void> {
  const ring = env().GATEBOOK_KEYS;
  if (!ring) throw new Error("The test has no keys.");
  const { keyId, box } = sealClientSecret(ring, id, "secret");
  await postgres.db
    .insertInto("sso_connections")
    .values({
      id,
      kind: "openid",
      name: "Acme",
      organization_id: organizationId,
      client_id: "client",
      client_secret: box,
      client_secret_key: keyId,
      issuer: "https://idp.example",
      enabled_at: new Date(),
    })
    .execute();
  await reloadSignInPolicy();
}

describe("an offer, by signing in to the account", () => {
  test("is taken by a session that began after it", async () => {
    const offer = offerFor(session.user);
    expect(await inRequest(() => linkOfferInSession(session, new Date(offer.madeAt + 1), offer))).toBeNull();
    expect(await identities(session.user.id)).toHaveLength(1);
  });

  test("is not taken by a session that was there before: an open browser is no proof", async () => {
    const offer = offerFor(session.user);
    expect(await inRequest(() => linkOfferInSession(session, new Date(offer.madeAt), offer))).toBe(
      "recent_sign_in_required",
    );
    expect(await identities(session.user.id)).toEqual([]);
  });

  test("is not taken by a session of somebody else", async () => {
    const owner = await addUser();
    const offer = offerFor(owner);
    expect(await inRequest(() => linkOfferInSession(session, new Date(offer.madeAt + 1), offer))).toBe(
      "session_changed",
    );
    for (const { id } of [owner, session.user]) expect(await identities(id)).toEqual([]);
    expect(await rows()).toEqual([
      expect.objectContaining({ status: "failure", actor_id: session.user.id, target_id: owner.id }),
    ]);
  });
});

describe("a mailed link", () => {
  test("links what it was asked for, once", async () => {
    const offer = offerFor(session.user);
    const token = await mailedToken(offer);
    expect(await byMail(token, offer)).toBeNull();
    expect(await byMail(token, offer)).toBe("used_token");
    expect(await rows()).toEqual([
      expect.objectContaining({
        status: "success",
        actor_id: session.user.id,
        session_id: null,
        details: { via: "mailed_link" },
      }),
      expect.objectContaining({ status: "failure", failure_reason: "used_token" }),
    ]);
  });

  test("links nothing with another identity, another account's, or too late", async () => {
    const [offer, other] = [offerFor(session.user), await addUser()];
    const token = await mailedToken(offer);
    expect(await byMail(token, { ...offer, subject: newId() })).toBe("invalid_token");
    expect(await byMail(token, { ...offer, provider: "github" })).toBe("invalid_token");
    expect(await byMail(token, { ...offer, userId: other.id })).toBe("invalid_token");
    expect(await byMail("A".repeat(43), offer)).toBe("invalid_token");
    expect(await byMail(await mailedToken(offer, -1), offer)).toBe("expired_token");
    for (const { id } of [session.user, other]) expect(await identities(id)).toEqual([]);
  });

  test("proves the mailbox of a pre-registered account: what was planted there goes, what its owner links stays", async () => {
    const victim = await addUser({ email_verified_at: null, password_hash: "the one who waits knows it" });
    await linkIdentity(postgres.db, { userId: victim.id, provider: "github", subject: newId(), at: new Date() });
    const offer = offerFor(victim);
    expect(await byMail(await mailedToken(offer), offer)).toBeNull();
    const user = await postgres.db.selectFrom("users").selectAll().where("id", "=", victim.id).executeTakeFirst();
    expect(user).toMatchObject({ password_hash: null, email_verified_at: expect.any(Date) });
    expect(await identities(victim.id)).toEqual([expect.objectContaining({ provider: "openid" })]);
    expect((await rows()).map(({ action, details }) => [action, details])).toEqual([
      ["emailVerified", { removedPassword: true, removedProviders: 1 }],
      ["providerLinked", { via: "mailed_link" }],
    ]);
  });

  test("of a disabled account links nothing, and is not spent", async () => {
    const disabled = await addUser({ disabled_at: new Date() });
    const offer = offerFor(disabled);
    const token = await mailedToken(offer);
    expect(await byMail(token, offer)).toBe("account_disabled");
    await postgres.db.updateTable("users").set({ disabled_at: null }).where("id", "=", disabled.id).execute();
    expect(await byMail(token, offer)).toBeNull();
  });
});

describe("what the browser may keep of a refused attempt", () => {
  const refusal = { reason: "account_not_linked" } as const;
  const attempt = (emailVerified: boolean) => ({
    ...openAttempt("openid"),
    account: { ...session.user, emailVerifiedAt: null, disabledAt: null, organizationId: null },
    evidence: {
      kind: "identity" as const,
      subject,
      email: session.user.email,
      emailVerified,
      name: null,
      roles: [],
    },
  });

  test("the identity and the account, where the provider vouches for the address", () => {
    expect(offerOf(attempt(true), refusal)).toEqual({ ...offerFor(session.user), madeAt: expect.any(Number) });
  });

  test("nothing, where it does not, or where something else was wrong", () => {
    expect(offerOf(attempt(false), refusal)).toBeNull();
    expect(offerOf(attempt(true), { reason: "account_disabled" })).toBeNull();
    expect(offerOf({ ...attempt(true), account: null }, refusal)).toBeNull();
  });
});

test("a mail goes to an account that is not disabled, twenty times in a quarter of an hour", async () => {
  const ask = (offer: LinkOffer) => inRequest(() => requestLinkMail(offer, "/"));
  const offer = offerFor(session.user);
  for (let times = 0; times < 20; times += 1) await ask(offer);
  expect(after).toHaveBeenCalledTimes(20);
  await ask(offer);
  await ask(offerFor(await addUser({ disabled_at: new Date() })));
  expect(after).toHaveBeenCalledTimes(20);
  const reasons = (await rows()).map(({ action, failure_reason }) => [action, failure_reason]);
  expect(reasons.filter(([, reason]) => reason !== null).sort()).toEqual([
    ["providerLinkRequested", "account_disabled"],
    ["providerLinkRequested", "rate_limited"],
  ]);
});
