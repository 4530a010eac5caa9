/** Who changes what of an organization and its members, under whatever else happens, and what stands in the book of it. */
import { randomBytes } from "node:crypto";
import { database } from "@db/connect.server";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { GatebookSession, Membership } from "@/auth/session-shape";
import { setDisabled } from "@/directory/administration.store.server";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { createCallerFactory } from "@/trpc/procedures.server";
import { appRouter } from "@/trpc/router.server";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
let acme: string;
let globex: string;
let owner: GatebookSession;
let admin: GatebookSession;
let member: GatebookSession;
let stranger: GatebookSession;
let root: GatebookSession;
let requestId: string;

beforeAll(() => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  vi.stubEnv("SSO_CONNECTIONS", "on");
  vi.stubEnv("GATEBOOK_KEYS", `k1:${randomBytes(32).toString("base64")}`);
  env();
});
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});
beforeEach(async () => {
  [acme, globex] = [await insertOrganization("Acme"), await insertOrganization("Globex")];
  owner = await person(acme, "owner");
  admin = await person(acme, "admin");
  member = await person(acme, "member");
  stranger = await person(globex, "owner");
  root = await person(null, null, "admin");
});

async function insertOrganization(name: string): Promise<string> {
  const id = newId();
  await postgres.db
    .insertInto("organizations")
    .values({ id, slug: `${name.toLowerCase()}-${id}`, name })
    .execute();
  return id;
}

async function join(userId: string, organizationId: string, role: Membership["role"]): Promise<void> {
  await postgres.db
    .insertInto("memberships")
    .values({ user_id: userId, organization_id: organizationId, role })
    .execute();
}

async function person(
  organizationId: string | null,
  role: Membership["role"] | null,
  instanceRole: "admin" | null = null,
): Promise<GatebookSession> {
  const id = newId();
  const email = `${id}@acme.test`;
  await postgres.db.insertInto("users").values({ id, email, instance_role: instanceRole }).execute();
  if (organizationId && role) await join(id, organizationId, role);
  return {
    sid: newId(),
    expires: "2999-01-01T00:00:00.000Z",
    user: { id, email, name: null, instanceRole },
    memberships: organizationId && role ? [{ organizationId, slug: "s", name: "S", role }] : [],
    authMethod: "password",
    provider: "credentials",
  };
}

async function insertConnection(facts: { organization?: string | null; enabled?: boolean; tested?: boolean } = {}) {
  const { organization = acme, enabled = true, tested = true } = facts;
  const id = newId();
  const at = new Date();
  await postgres.db
    .insertInto("sso_connections")
    .values({
      id,
      kind: "openid",
      name: "Acme OpenID",
      organization_id: organization,
      client_id: "c",
      client_secret: Buffer.alloc(40),
      client_secret_key: "k1",
      issuer: "https://login.acme.test",
      enabled_at: enabled ? at : null,
      tested_at: tested ? at : null,
      test_result: tested ? JSON.stringify({}) : null,
    })
    .execute();
  return id;
}

const newCaller = createCallerFactory(appRouter);
type Caller = ReturnType<typeof newCaller>;
const as = <T>(session: GatebookSession, work: (caller: Caller) => Promise<T>): Promise<T> => {
  requestId = newId();
  return runInRequestScope({ requestId, ip: null, userAgent: null, nonce: "n" }, () =>
    work(newCaller({ session, db: database(), appendHeader: null })),
  );
};
const rows = () => postgres.db.selectFrom("audit_events").selectAll().where("request_id", "=", requestId).execute();
const roleOf = async ({ user }: GatebookSession, organizationId = acme) =>
  (
    await postgres.db
      .selectFrom("memberships")
      .select("role")
      .where("user_id", "=", user.id)
      .where("organization_id", "=", organizationId)
      .executeTakeFirst()
  )?.role ?? null;
const setRole = (by: GatebookSession, of: GatebookSession, role: Membership["role"], organizationId = acme) =>
  as(by, ({ organizations }) => organizations.members.setRole({ organizationId, userId: of.user.id, role }));
const remove = (by: GatebookSession, of: GatebookSession, organizationId = acme) =>
  as(by, ({ organizations }) => organizations.members.remove({ organizationId, userId: of.user.id }));
type Update = Omit<Parameters<Caller["organizations"]["update"]>[0], "organizationId">;
const update = (by: GatebookSession, change: Update, organizationId = acme) =>
  as(by, ({ organizations }) => organizations.update({ organizationId, ...change }));
const refusal = (code: string, reason: string) => ({ code, reason });

describe("a role", () => {
  test("is changed by who is above it, and the book says who, whose, from what and to what", async () => {
    expect(await setRole(owner, member, "admin")).toEqual({ role: "admin" });
    expect(await roleOf(member)).toBe("admin");
    expect(await rows()).toMatchObject([
      {
        action: "membershipChanged",
        status: "success",
        actor_id: owner.user.id,
        target_type: "user",
        target_id: member.user.id,
        organization_id: acme,
        changes: { role: { from: "member", to: "admin" } },
        details: { via: "administrator" },
      },
    ]);
  });

  test("that is the same already is no change", async () => {
    await setRole(owner, member, "member");
    expect(await rows()).toEqual([]);
  });

  test.each<[string, () => Promise<unknown>, string, string]>([
    ["of one's own is not raised", () => setRole(admin, admin, "owner"), "BAD_REQUEST", "own_role"],
    ["above one's own is not given", () => setRole(admin, member, "owner"), "FORBIDDEN", "above_own_role"],
    ["above one's own is not taken", () => setRole(admin, owner, "member"), "FORBIDDEN", "above_own_role"],
    ["of the last owner is not lowered", () => setRole(owner, owner, "admin"), "CONFLICT", "last_owner"],
    [
      "of the last owner is not lowered from above either",
      () => setRole(root, owner, "admin"),
      "CONFLICT",
      "last_owner",
    ],
    ["of somebody who is no member is none", () => setRole(owner, stranger, "member"), "NOT_FOUND", "not_found"],
    ["in another organization looks missing", () => setRole(stranger, member, "admin"), "NOT_FOUND", "not_found"],
  ])("%s", async (_, call, code, reason) => {
    await expect(call()).rejects.toMatchObject(refusal(code, reason));
    expect(await rows()).toMatchObject([
      {
        action: code === "FORBIDDEN" ? "accessDenied" : "membershipChanged",
        status: "failure",
        failure_reason: reason,
      },
    ]);
    expect(await Promise.all([owner, admin, member].map((one) => roleOf(one)))).toEqual(["owner", "admin", "member"]);
  });

  test("counts as it is in the database, not as a session remembers it", async () => {
    await setRole(owner, admin, "member");
    await expect(setRole(admin, member, "auditor")).rejects.toMatchObject(refusal("NOT_FOUND", "not_found"));
  });

  test("of an owner is one of the last where the others are disabled", async () => {
    const other = await person(acme, "owner");
    await setDisabled(postgres.db, other.user.id, new Date());
    await expect(setRole(owner, owner, "admin")).rejects.toMatchObject({ reason: "last_owner" });
    expect(await remove(owner, other)).toEqual({ role: null });
  });
});

describe("a membership", () => {
  test("ends with its row, and the account stays", async () => {
    await remove(admin, member);
    expect(await roleOf(member)).toBeNull();
    expect(await rows()).toMatchObject([
      {
        action: "membershipChanged",
        status: "success",
        target_id: member.user.id,
        organization_id: acme,
        changes: { role: { from: "member", to: null } },
      },
    ]);
    expect(await postgres.db.selectFrom("users").select("id").where("id", "=", member.user.id).execute()).toHaveLength(
      1,
    );
  });

  test("of the last owner does not end", async () => {
    await expect(remove(root, owner)).rejects.toMatchObject(refusal("CONFLICT", "last_owner"));
    await expect(remove(owner, owner)).rejects.toMatchObject(refusal("CONFLICT", "last_owner"));
  });
});

describe("of two owners who at the same moment", () => {
  test.each<[string, (by: GatebookSession, of: GatebookSession) => Promise<unknown>]>([
    ["demote each other", (by, of) => setRole(by, of, "admin")],
    ["remove each other", (by, of) => remove(by, of)],
    ["step down", (by) => setRole(by, by, "member")],
  ])("%s, one stays", async (_, act) => {
    for (let round = 0; round < 5; round += 1) {
      const organization = await insertOrganization("Race");
      const [one, other] = [await person(organization, "owner"), await person(organization, "owner")];
      acme = organization;
      const results = await Promise.allSettled([act(one, other), act(other, one)]);
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect([await roleOf(one), await roleOf(other)].filter((role) => role === "owner")).toHaveLength(1);
    }
  });
});

describe("an organization", () => {
  test("is made by an administrator of the instance, once", async () => {
    const slug = `made-${newId()}`;
    const { id } = await as(root, ({ organizations }) => organizations.create({ name: " Made ", slug }));
    expect(await rows()).toMatchObject([
      {
        action: "organizationCreated",
        status: "success",
        target_type: "organization",
        target_id: id,
        changes: { name: { from: null, to: "Made" }, slug: { from: null, to: slug } },
      },
    ]);
    await expect(as(root, ({ organizations }) => organizations.create({ name: "Other", slug }))).rejects.toMatchObject(
      refusal("CONFLICT", "slug_taken"),
    );
    expect(await rows()).toMatchObject([{ status: "failure", failure_reason: "slug_taken" }]);
  });

  test("changes field by field, and says so", async () => {
    await update(owner, { name: "Acme Ltd", inviteOnly: false, defaultRole: "auditor" });
    expect(await rows()).toMatchObject([
      {
        action: "organizationUpdated",
        status: "success",
        actor_id: owner.user.id,
        target_id: acme,
        organization_id: acme,
        changes: {
          name: { from: "Acme", to: "Acme Ltd" },
          inviteOnly: { from: true, to: false },
          defaultRole: { from: "member", to: "auditor" },
        },
      },
    ]);
    expect(Object.keys((await rows())[0]?.changes ?? {})).toHaveLength(3);
    await update(owner, { name: "Acme Ltd" });
    expect(await rows()).toEqual([]);
  });

  test("takes its domains from administrators of the instance alone, each from one organization", async () => {
    const domain = `d${newId().slice(-8)}.example`;
    await expect(update(owner, { domains: [domain] })).rejects.toMatchObject(refusal("FORBIDDEN", "role_required"));
    await update(root, { domains: [` @${domain.toUpperCase()} `, domain, "b.example"] });
    expect(await rows()).toMatchObject([{ changes: { domains: { from: [], to: ["b.example", domain] } } }]);
    await expect(update(root, { domains: [domain] }, globex)).rejects.toMatchObject(
      refusal("CONFLICT", "domain_taken"),
    );
    await update(root, { domains: [] });
    await update(root, { domains: [domain] }, globex);
    for (const wrong of ["nothing", "a..b", "-a.example", "a b.example", "a@b.example", ".example", "x".repeat(260)])
      await expect(update(root, { domains: [wrong] })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });

  test("does not take a slug that is another's", async () => {
    const taken = await postgres.db
      .selectFrom("organizations")
      .select("slug")
      .where("id", "=", globex)
      .executeTakeFirst();
    await expect(update(owner, { slug: taken?.slug ?? "" })).rejects.toMatchObject(refusal("CONFLICT", "slug_taken"));
  });

  test("looks missing to owners of another, in every way that there is", async () => {
    const ways: ((caller: Caller) => Promise<unknown>)[] = [
      ({ organizations }) => organizations.get({ organizationId: acme }),
      ({ organizations }) => organizations.update({ organizationId: acme, name: "Mine" }),
      ({ organizations }) => organizations.members.list({ organizationId: acme }),
      ({ organizations }) => organizations.members.remove({ organizationId: acme, userId: member.user.id }),
      ({ organizations }) => organizations.invitations.list({ organizationId: acme }),
      ({ users }) => users.invite({ organizationId: acme, email: "x@acme.test", role: "member" }),
      ({ users }) => users.update({ userId: member.user.id, name: "Mine" }),
      ({ users }) => users.changes({ userId: member.user.id }),
    ];
    for (const way of ways) {
      await expect(as(stranger, way)).rejects.toMatchObject(refusal("NOT_FOUND", "not_found"));
      expect(await rows()).toMatchObject([
        { status: "failure", failure_reason: "not_found", actor_id: stranger.user.id },
      ]);
    }
    const { items } = await as(stranger, ({ organizations }) => organizations.list());
    expect(items.map(({ id }) => id)).toEqual([globex]);
  });

  test("is found by name, slug or domain, and counts its members", async () => {
    const domain = `f${newId().slice(-8)}.example`;
    await update(root, { name: `Findable ${domain}`, domains: [domain] });
    const found = await as(root, ({ organizations }) => organizations.list({ search: domain.toUpperCase() }));
    expect(found.items).toMatchObject([{ id: acme, members: 3, owners: 1, domains: [domain] }]);
  });
});

describe("a policy", () => {
  test("requires a connection that is enabled and the organization's to use", async () => {
    for (const wrong of [
      newId(),
      await insertConnection({ enabled: false }),
      await insertConnection({ organization: globex }),
    ]) {
      await expect(update(root, { requiredConnectionId: wrong })).rejects.toMatchObject(
        refusal("BAD_REQUEST", "connection_not_usable"),
      );
    }
    const right = await insertConnection();
    await expect(update(root, { requiredConnectionId: right, allowedMethods: ["password"] })).rejects.toMatchObject(
      refusal("BAD_REQUEST", "connection_needs_sso"),
    );
    await update(root, { requiredConnectionId: right });
    expect(await rows()).toMatchObject([{ changes: { requiredConnectionId: { from: null, to: right } } }]);
  });

  test("that would keep its own author out is held until it is confirmed", async () => {
    await expect(update(owner, { allowedMethods: ["sso"] })).rejects.toMatchObject(
      refusal("PRECONDITION_FAILED", "own_method_forbidden"),
    );
    const connection = await insertConnection();
    await expect(update(owner, { requiredConnectionId: connection })).rejects.toMatchObject(
      refusal("PRECONDITION_FAILED", "own_sign_in_not_by_connection"),
    );
    expect(await rows()).toMatchObject([{ action: "organizationUpdated", status: "failure" }]);
    await update(owner, { allowedMethods: ["sso"], requiredConnectionId: connection, confirmed: true });
    expect(await rows()).toMatchObject([{ status: "success" }]);
  });

  test("that governs its author by the domain of their address counts as theirs", async () => {
    const domain = `g${newId().slice(-8)}.example`;
    const outsider = { ...owner, user: { ...owner.user, email: `o@${domain}` } };
    await update(root, { domains: [domain] }, globex);
    // Another organization governs them: what this one asks does not concern their own way in.
    await update(outsider, { allowedMethods: ["sso"] });
    await update(root, { domains: [] }, globex);
    await update(root, { domains: [domain], allowedMethods: ["password", "sso"] });
    await expect(update(outsider, { allowedMethods: ["sso"] })).rejects.toMatchObject({
      reason: "own_method_forbidden",
    });
  });

  test("that requires an untested connection is held until it is confirmed, whoever asks", async () => {
    const untested = await insertConnection({ tested: false });
    await expect(update(root, { requiredConnectionId: untested })).rejects.toMatchObject({
      reason: "connection_not_tested",
    });
    await update(root, { requiredConnectionId: untested, confirmed: true });
  });
});

describe("what somebody is in the instance", () => {
  const give = (by: GatebookSession, to: GatebookSession, instanceRole: "admin" | null) =>
    as(by, ({ users }) => users.update({ userId: to.user.id, instanceRole }));

  test("is said by its administrators, with its row, and never of themselves", async () => {
    await give(root, member, "admin");
    expect(await rows()).toMatchObject([
      { action: "userUpdated", target_id: member.user.id, changes: { instanceRole: { from: null, to: "admin" } } },
    ]);
    await expect(give(root, root, null)).rejects.toMatchObject(refusal("BAD_REQUEST", "own_account"));
    await expect(give(owner, member, "admin")).rejects.toMatchObject(refusal("FORBIDDEN", "role_required"));
  });

  test("is taken from one of two who take it from each other at once", async () => {
    await sql`update users set instance_role = null where instance_role = 'admin'`.execute(postgres.db);
    const [one, other] = [await person(null, null, "admin"), await person(null, null, "admin")];
    const results = await Promise.allSettled([give(one, other, null), give(other, one, null)]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const left = await postgres.db.selectFrom("users").select("id").where("instance_role", "=", "admin").execute();
    expect(left).toHaveLength(1);
  });
});

test("a person's changes are told with who made them, to those in whose organization they were made", async () => {
  await setRole(owner, member, "auditor");
  await as(owner, ({ users }) => users.update({ userId: member.user.id, name: "New Name" }));
  const { items } = await as(owner, ({ users }) => users.changes({ userId: member.user.id }));
  expect(items).toMatchObject([
    { action: "userUpdated", changes: { name: { from: null, to: "New Name" } }, actor: { email: owner.user.email } },
    { action: "membershipChanged", changes: { role: { from: "member", to: "auditor" } }, organization: "Acme" },
  ]);
  expect(await rows()).toMatchObject([{ action: "auditQueried", actor_id: owner.user.id }]);
  await join(member.user.id, globex, "member");
  expect((await as(stranger, ({ users }) => users.changes({ userId: member.user.id }))).items).toEqual([]);
  expect((await as(root, ({ users }) => users.changes({ userId: member.user.id, limit: 1 }))).items).toHaveLength(1);
});
