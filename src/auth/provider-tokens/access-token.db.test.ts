/**
 * Provider tokens from the sign-in to their end, against PostgreSQL and a real OpenID provider: encrypted at rest,
 * refreshed once for all who wait, and never confused with one another's.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type Database, database } from "@db/connect.server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openAccessToken, openRefreshToken, sealTokens } from "@/account/provider-tokens";
import { lockTokens, putTokens, type StoredTokens } from "@/account/provider-tokens.store.server";
import { accessTokenFor, newRefreshDesk, type RefreshDesk } from "@/auth/provider-tokens/access-token.server";
import { proveMailbox } from "@/directory/users.store.server";
import { setClock } from "@/platform/clock";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import type { KeyRing } from "@/platform/key-ring";
import { runShutdown } from "@/platform/shutdown";
import { type OpenIdProvider, startOpenIdProvider } from "@/workbench/openid-provider";
import { freePort } from "@/workbench/ports";
import { testDatabase } from "@/workbench/test-database";
import { signInAtProvider, type TestSignIn } from "@/workbench/test-sign-in";

vi.mock("@/platform/report.server", () => ({ report: () => {} }));

const postgres = testDatabase();
const dataDir = mkdtempSync(join(tmpdir(), "gatebook-tokens-"));
let port: number;
let provider: OpenIdProvider;
let desk: RefreshDesk;
let restoreClock = () => {};

const start = () => startOpenIdProvider({ port, dataDir, appOrigin: "http://localhost:3000", tokenTtlSeconds: 3600 });

beforeAll(async () => {
  port = await freePort();
  provider = await start();
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  vi.stubEnv("SIGN_IN_LIMIT_IP", "off");
  vi.stubEnv("GATEBOOK_KEYS", `k1:${Buffer.alloc(32, "0123456789").toString("base64")}`);
  vi.stubEnv("OIDC_ISSUER", provider.issuer);
  vi.stubEnv("OIDC_CLIENT_ID", provider.clientId);
  vi.stubEnv("OIDC_CLIENT_SECRET", provider.clientSecret);
  env();
});
afterAll(async () => {
  await provider.stop();
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
  rmSync(dataDir, { recursive: true, force: true });
});

let signedIn: TestSignIn;
beforeEach(async () => {
  desk = newRefreshDesk(database);
  signedIn = await signInAtProvider(`${newId()}@acme.test`);
});
afterEach(() => restoreClock());

const ring = () => env().GATEBOOK_KEYS as KeyRing;
const ask = (given = desk) => accessTokenFor(signedIn.session, given);

async function accountId(): Promise<string> {
  const { id } = await postgres.db
    .selectFrom("accounts")
    .select("id")
    .where("user_id", "=", signedIn.session.user.id)
    .executeTakeFirstOrThrow();
  return id;
}
async function stored(): Promise<StoredTokens | null> {
  const id = await accountId();
  return postgres.db.transaction().execute((tx) => lockTokens(tx, id));
}
async function expire(): Promise<void> {
  const expired = { expires_at: new Date(Date.now() - 60_000) };
  await postgres.db
    .updateTable("provider_tokens")
    .set(expired)
    .where("account_id", "=", await accountId())
    .execute();
}
async function refreshGrants(): Promise<number> {
  const answer = await fetch(`${provider.issuer}/stats`, { headers: { connection: "close" } });
  return ((await answer.json()) as { refresh_token: number }).refresh_token;
}
const events = () =>
  postgres.db
    .selectFrom("audit_events")
    .selectAll()
    .where("action", "=", "providerTokenRefreshed")
    .where("actor_id", "=", signedIn.session.user.id)
    .orderBy("id")
    .execute();
const outcomes = async () => (await events()).map(({ status, failure_reason }) => failure_reason ?? status);

describe("a sign-in at a provider", () => {
  test("asks for a refresh token and keeps both tokens, which nobody can read off the database", async () => {
    const { attempt, authorization } = signedIn;
    expect(authorization.searchParams.get("scope")).toBe("openid email profile offline_access");
    const tokens = attempt.tokens;
    const row = await postgres.db
      .selectFrom("provider_tokens")
      .selectAll()
      .where("account_id", "=", await accountId())
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ access_token_key: "k1", refresh_token_key: "k1", refresh_dead_at: null });
    expect(row.expires_at?.getTime()).toBeGreaterThan(Date.now() + 3500_000);
    for (const token of [tokens?.accessToken ?? "", tokens?.refreshToken ?? ""]) {
      expect(token).toMatch(/^[\w-]{20,}$/);
      for (const box of [row.access_token, row.refresh_token]) expect(box?.toString("latin1")).not.toContain(token);
    }
    const sealed = await stored();
    expect(sealed && openAccessToken(ring(), sealed.accountId, sealed.access)).toBe(tokens?.accessToken);
    expect(sealed?.refresh && openRefreshToken(ring(), sealed.accountId, sealed.refresh)).toBe(tokens?.refreshToken);
  });

  test("tells neither the browser nor the book of them", async () => {
    const { attempt, said } = signedIn;
    const book = JSON.stringify(await postgres.db.selectFrom("audit_events").selectAll().execute());
    for (const token of [attempt.tokens?.accessToken ?? "", attempt.tokens?.refreshToken ?? ""]) {
      expect(token.length).toBeGreaterThan(20);
      expect(said).not.toContain(token);
      expect(book).not.toContain(token);
    }
  });

  test("replaces what an earlier one gave, and revives what was dead", async () => {
    await postgres.db.updateTable("provider_tokens").set({ refresh_dead_at: new Date() }).execute();
    const again = await signInAtProvider(signedIn.session.user.email);
    expect(again.attempt.tokens?.accessToken).not.toBe(signedIn.attempt.tokens?.accessToken);
    expect(await ask()).toEqual({ kind: "token", accessToken: again.attempt.tokens?.accessToken });
    expect((await stored())?.refreshDeadAt).toBeNull();
  });

  test("that brings no refresh token keeps the one that is there", async () => {
    const before = await stored();
    const id = await accountId();
    const bare = { accessToken: "new", refreshToken: null, expiresAt: null };
    await putTokens(postgres.db, id, sealTokens(ring(), id, bare), "sign_in", new Date());
    const after = await stored();
    expect(after).toMatchObject({ refresh: before?.refresh, expiresAt: null });
    expect(await ask()).toEqual({ kind: "token", accessToken: "new" });
  });

  test("whose commit fails leaves no tokens", async () => {
    const rows = () => postgres.db.selectFrom("provider_tokens").select("account_id").execute();
    const before = await rows();
    await postgres.db.schema.alterTable("sessions").renameTo("sessions_away").execute();
    await expect(signInAtProvider(`${newId()}@acme.test`)).rejects.toThrow();
    await postgres.db.schema.alterTable("sessions_away").renameTo("sessions").execute();
    expect(await rows()).toEqual(before);
  });
});

describe("a token that is good", () => {
  test("is used as it is, and the provider is not asked", async () => {
    const before = await refreshGrants();
    const token = { kind: "token", accessToken: signedIn.attempt.tokens?.accessToken };
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([token, token, token]);
    expect(await refreshGrants()).toBe(before);
    expect(await events()).toEqual([]);
  });

  test("is that of the session's own user and provider alone", async () => {
    const { session } = signedIn;
    const stranger = { ...session, user: { ...session.user, id: newId() } };
    expect(await accessTokenFor(stranger, desk)).toEqual({ kind: "none" });
    for (const other of ["credentials", "github", "token"]) {
      expect(await accessTokenFor({ ...session, provider: other }, desk)).toEqual({ kind: "none" });
    }
  });

  test("is that of the identity used last, where a user has two at one provider", async () => {
    const id = newId();
    const user = signedIn.session.user.id;
    const account = { id, user_id: user, provider: "openid", provider_account_id: id };
    await postgres.db.insertInto("accounts").values(account).execute();
    const second = { accessToken: "second", refreshToken: null, expiresAt: null };
    await putTokens(postgres.db, id, sealTokens(ring(), id, second), "sign_in", new Date());
    // Never used is earlier than ever.
    expect(await ask()).toEqual({ kind: "token", accessToken: signedIn.attempt.tokens?.accessToken });
    const later = { last_used_at: new Date(Date.now() + 1000) };
    await postgres.db.updateTable("accounts").set(later).where("id", "=", id).execute();
    expect(await ask()).toEqual({ kind: "token", accessToken: "second" });
  });
});

describe("an expired token", () => {
  test("is refreshed once for a hundred calls at the same moment, and that stands in the book once", async () => {
    await expire();
    const before = await refreshGrants();
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask()));
    expect(await refreshGrants()).toBe(before + 1);
    const tokens = new Set(answers.map((answer) => (answer.kind === "token" ? answer.accessToken : answer.kind)));
    expect([...tokens]).toEqual([expect.stringMatching(/^[\w-]{20,}$/)]);
    expect(tokens).not.toContain(signedIn.attempt.tokens?.accessToken);
    expect(await events()).toMatchObject([
      {
        status: "success",
        actor_type: "user",
        actor_id: signedIn.session.user.id,
        target_type: "account",
        target_id: await accountId(),
        provider: "openid",
        session_id: signedIn.session.sid,
        details: { rotated: true },
      },
    ]);
  });

  test("is refreshed once by four processes with pools of their own, too", async () => {
    await expire();
    const before = await refreshGrants();
    const pools: Database[] = Array.from({ length: 4 }, () => connect(postgres.url, 5));
    const desks = pools.map((pool) => newRefreshDesk(() => pool));
    const answers = await Promise.all(Array.from({ length: 100 }, (_, number) => ask(desks[number % 4])));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.kind).toBe("token");
    expect(await refreshGrants()).toBe(before + 1);
    expect(await outcomes()).toEqual(["success"]);
    await Promise.all(pools.map((pool) => pool.destroy()));
  });

  test("is refreshed again and again with the refresh token that came last", async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 4; round += 1) {
      await expire();
      const answer = await ask();
      seen.add(answer.kind === "token" ? answer.accessToken : answer.kind);
    }
    expect(seen.size).toBe(4);
    expect(await outcomes()).toEqual(["success", "success", "success", "success"]);
  });

  test("is replaced in one transaction with its row: no row, no new token", async () => {
    await expire();
    const before = await stored();
    await postgres.db.schema.alterTable("audit_events").renameTo("audit_events_away").execute();
    await expect(ask()).rejects.toThrow("audit_events");
    await postgres.db.schema.alterTable("audit_events_away").renameTo("audit_events").execute();
    expect(await stored()).toEqual(before);
  });
});

/** Uses the refresh token behind our back, twice: the provider then ends the whole grant. */
async function killGrant(): Promise<void> {
  for (let use = 0; use < 2; use += 1) {
    await fetch(`${provider.issuer}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${provider.clientId}:${provider.clientSecret}`)}`, connection: "close" },
      body: new URLSearchParams({
        grant_type: "refresh_token",
        refresh_token: signedIn.attempt.tokens?.refreshToken ?? "",
      }),
    });
  }
}

describe("a refresh token that is dead", () => {
  test("asks for another sign-in, is marked, stands in the book once, and is not tried again", async () => {
    await killGrant();
    await expire();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(["sign_in_required"]));
    expect((await stored())?.refreshDeadAt).toBeInstanceOf(Date);
    expect(await ask()).toEqual({ kind: "sign_in_required" });
    expect(await outcomes()).toEqual(["invalid_grant"]);
    // Nobody asks the provider any more: it may be away.
    await provider.stop();
    expect(await ask(newRefreshDesk(database))).toEqual({ kind: "sign_in_required" });
    provider = await start();
  });

  test("is one that was never given, too", async () => {
    const none = { refresh_token: null, refresh_token_key: null };
    await postgres.db.updateTable("provider_tokens").set(none).execute();
    expect((await ask()).kind).toBe("token");
    await expire();
    expect(await ask()).toEqual({ kind: "sign_in_required" });
    expect(await ask()).toEqual({ kind: "sign_in_required" });
    expect((await stored())?.refreshDeadAt).toBeInstanceOf(Date);
    expect(await outcomes()).toEqual(["no_refresh_token"]);
  });

  test("does not keep a token that is still good from being used", async () => {
    await postgres.db.updateTable("provider_tokens").set({ refresh_dead_at: new Date() }).execute();
    expect((await ask()).kind).toBe("token");
  });
});

describe("a provider that is away", () => {
  test("is told apart from a dead token: nothing is marked, it is left alone for 5 s, then asked again", async () => {
    await expire();
    await provider.stop();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(["unavailable"]));
    expect(await ask()).toEqual({ kind: "unavailable" });
    expect(await outcomes()).toEqual(["provider_unreachable"]);
    expect((await stored())?.refreshDeadAt).toBeNull();
    provider = await start();
    expect(await ask()).toEqual({ kind: "unavailable" });
    restoreClock = setClock(() => new Date(Date.now() + 5001));
    expect((await ask()).kind).toBe("token");
    expect(await outcomes()).toEqual(["provider_unreachable", "success"]);
  });

  test("or that hangs, holds nobody up for longer than a statement may take", async () => {
    await expire();
    await provider.stop();
    const mute = createServer(() => {});
    await new Promise<void>((resolve) => mute.listen(port, "127.0.0.1", resolve));
    const began = Date.now();
    const other = newRefreshDesk(database);
    const answers = await Promise.all([ask(), ask(), ask(other)]);
    expect(answers.map(({ kind }) => kind)).toEqual(["unavailable", "unavailable", "unavailable"]);
    expect(Date.now() - began).toBeLessThan(9000);
    expect(new Set(await outcomes())).toEqual(new Set(["provider_timeout"]));
    expect((await stored())?.refreshDeadAt).toBeNull();
    mute.closeAllConnections();
    await new Promise((resolve) => mute.close(resolve));
    provider = await start();
  });

  test("because it is not offered any more, leaves only another sign-in", async () => {
    const { session } = signedIn;
    await postgres.db
      .updateTable("accounts")
      .set({ provider: "gone" })
      .where("id", "=", await accountId())
      .execute();
    await expire();
    expect(await accessTokenFor({ ...session, provider: "gone" }, desk)).toEqual({ kind: "sign_in_required" });
    expect(await outcomes()).toEqual(["provider_not_offered"]);
  });
});

describe("stored tokens", () => {
  test("go with the identity: a mailbox proof that removes it removes them", async () => {
    const { user } = signedIn.session;
    await postgres.db.updateTable("users").set({ email_verified_at: null }).where("id", "=", user.id).execute();
    const id = await accountId();
    await postgres.db.transaction().execute((tx) => proveMailbox(tx, user.id, new Date()));
    expect(await postgres.db.selectFrom("provider_tokens").where("account_id", "=", id).execute()).toEqual([]);
    expect(await ask()).toEqual({ kind: "none" });
  });

  test("of somebody else, copied into one's own row, do not open", async () => {
    const victim = await stored();
    const thief = await signInAtProvider(`${newId()}@acme.test`);
    await postgres.db
      .updateTable("provider_tokens")
      .set({ access_token: victim?.access.box, refresh_token: victim?.refresh?.box })
      .where("account_id", "in", (eb) =>
        eb.selectFrom("accounts").select("id").where("user_id", "=", thief.session.user.id),
      )
      .execute();
    expect(await accessTokenFor(thief.session, desk)).toEqual({ kind: "sign_in_required" });
    expect((await ask()).kind).toBe("token");
  });
});
