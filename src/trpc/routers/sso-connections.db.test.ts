/** Who sets up what of connections, what is refused, and what stands in the book of it: everything but the secret. */
import { randomBytes } from "node:crypto";
import { database } from "@db/connect.server";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { GatebookSession, Membership } from "@/auth/session-shape";
import { openClientSecret } from "@/directory/connections";
import { findSealedSecret, putTestResult } from "@/directory/connections.store.server";
import { linkIdentity } from "@/directory/users.store.server";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { createCallerFactory } from "@/trpc/procedures.server";
import { appRouter } from "@/trpc/router.server";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const SECRET = "s3cret~of~the~client";
let acme: string;
let owner: GatebookSession;
let stranger: GatebookSession;
let root: GatebookSession;
let requestId: string;

beforeAll(() => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  vi.stubEnv("SSO_CONNECTIONS", "on");
  vi.stubEnv("GATEBOOK_KEYS", `k1:${randomBytes(32).toString("base64")}`);
  vi.stubEnv("SSO_ALLOWED_HOSTS", "id.internal,::1");
  vi.stubEnv("GITHUB_CLIENT_ID", "env");
  vi.stubEnv("GITHUB_CLIENT_SECRET", "env");
  env();
});
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});
beforeEach(async () => {
  await postgres.db.updateTable("organizations").set({ required_connection_id: null }).execute();
  for (const table of ["sso_connections", "accounts"] as const) await postgres.db.deleteFrom(table).execute();
  acme = await insertOrganization("Acme");
  owner = await person(acme, "owner");
  stranger = await person(await insertOrganization("Globex"), "owner");
  root = await person(null, null);
});

async function insertOrganization(name: string): Promise<string> {
  const id = newId();
  await postgres.db.insertInto("organizations").values({ id, slug: id, name }).execute();
  return id;
}

async function person(organizationId: string | null, role: Membership["role"] | null): Promise<GatebookSession> {
  const id = newId();
  const instanceRole = role === null ? ("admin" as const) : null;
  const email = `${id}@acme.test`;
  await postgres.db.insertInto("users").values({ id, email, instance_role: instanceRole }).execute();
  return {
    sid: newId(),
    expires: "2999-01-01T00:00:00.000Z",
    user: { id, email, name: null, instanceRole },
    memberships: organizationId && role ? [{ organizationId, slug: "s", name: "S", role }] : [],
    authMethod: "password",
    provider: "credentials",
  };
}

const newCaller = createCallerFactory(appRouter);
type Connections = ReturnType<typeof newCaller>["ssoConnections"];
const as = <T>(session: GatebookSession, work: (connections: Connections) => Promise<T>): Promise<T> => {
  requestId = newId();
  return runInRequestScope({ requestId, ip: null, userAgent: null, nonce: "n" }, () =>
    work(newCaller({ session, db: database(), appendHeader: null }).ssoConnections),
  );
};

const rows = () =>
  postgres.db
    .selectFrom("audit_events")
    .select(["action", "status", "failure_reason", "actor_id", "target_type", "target_id", "organization_id"])
    .select(["changes", "details"])
    .where("request_id", "=", requestId)
    .execute();

const OPENID = { kind: "openid" as const, name: "Acme ID", clientId: "gatebook", issuer: "https://id.acme.test" };
const GITHUB = { kind: "github" as const, name: "Code", clientId: "gatebook" };

async function create(
  session = owner,
  organizationId: string | null = acme,
  settings: typeof OPENID | typeof GITHUB = OPENID,
) {
  const { id } = await as(session, (connections) =>
    connections.create({ organizationId, settings, clientSecret: SECRET }),
  );
  return id;
}

const refusal = (reason: string) => expect.objectContaining({ reason });

async function link(provider: string): Promise<void> {
  await linkIdentity(postgres.db, { userId: owner.user.id, provider, subject: newId(), at: new Date() });
}

async function secretOf(id: string): Promise<string> {
  const [sealed, ring] = [await findSealedSecret(postgres.db, id), env().GATEBOOK_KEYS];
  if (!sealed || !ring) throw new Error("There is no secret.");
  return openClientSecret(ring, id, sealed);
}

describe("a connection that is made", () => {
  test("is there for its administrators without its secret, not enabled, with what its provider must know", async () => {
    const id = await create();
    const connection = await as(owner, (connections) => connections.get({ connectionId: id }));
    expect(connection).toMatchObject({
      ...OPENID,
      id,
      organizationId: acme,
      enabledAt: null,
      testedAt: null,
      status: "disabled",
      providerId: `sso-${id}`,
      callbackUrl: `http://localhost:3000/api/auth/callback/sso-${id}`,
      identities: 0,
      requiredBy: 0,
    });
    const { items } = await as(owner, (connections) => connections.list());
    expect(items.map((item) => item.id)).toEqual([id]);
    expect(JSON.stringify([connection, items])).not.toMatch(/secret/i);
    expect(await secretOf(id)).toBe(SECRET);
  });

  test("stands in the book field by field, and its secret nowhere", async () => {
    const id = await create();
    const [row] = await rows();
    expect(row).toMatchObject({
      action: "ssoConnectionCreated",
      status: "success",
      actor_id: owner.user.id,
      target_type: "connection",
      target_id: id,
      organization_id: acme,
      changes: {
        kind: { from: null, to: "openid" },
        name: { from: null, to: "Acme ID" },
        organizationId: { from: null, to: acme },
        clientId: { from: null, to: "gatebook" },
        issuer: { from: null, to: "https://id.acme.test" },
        enabled: { from: null, to: false },
      },
    });
    const all = await postgres.db.selectFrom("audit_events").selectAll().execute();
    expect(JSON.stringify(all)).not.toContain(SECRET);
  });

  test("for everybody is for admins of the instance to make", async () => {
    const refused = expect.objectContaining({ code: "FORBIDDEN", reason: "role_required" });
    await expect(create(owner, null)).rejects.toEqual(refused);
    expect(await rows()).toMatchObject([
      { action: "accessDenied", status: "failure", failure_reason: "role_required" },
    ]);
    const id = await create(root, null);
    const { items } = await as(owner, (connections) => connections.list());
    expect(items).toEqual([]);
    await expect(as(owner, (connections) => connections.get({ connectionId: id }))).rejects.toEqual(
      refusal("not_found"),
    );
  });

  test("is not another owner's to see or to touch", async () => {
    const id = await create();
    const calls: ((connections: Connections) => Promise<unknown>)[] = [
      (connections) => connections.get({ connectionId: id }),
      (connections) => connections.update({ connectionId: id, settings: OPENID, clientSecret: "other" }),
      (connections) => connections.enable({ connectionId: id }),
      (connections) => connections.disable({ connectionId: id }),
      (connections) => connections.delete({ connectionId: id }),
      (connections) => connections.create({ organizationId: acme, settings: OPENID, clientSecret: SECRET }),
    ];
    for (const work of calls) await expect(as(stranger, work)).rejects.toEqual(refusal("not_found"));
    expect((await as(stranger, (connections) => connections.list())).items).toEqual([]);
    expect(await secretOf(id)).toBe(SECRET);
  });

  test("may be neither for nobody nor of a wrong shape, and the failure has its row without what was sent", async () => {
    const bad = { organizationId: acme, settings: { ...OPENID, issuer: "ftp://10.0.0.1" }, clientSecret: SECRET };
    await expect(as(owner, (connections) => connections.create(bad))).rejects.toMatchObject({ code: "BAD_REQUEST" });
    expect(await rows()).toMatchObject([
      {
        action: "ssoConnectionCreated",
        status: "failure",
        failure_reason: "invalid_input",
        changes: null,
        details: {},
      },
    ]);
    await expect(create(root, newId())).rejects.toEqual(refusal("not_found"));
  });
});

test("only a host that the operator has named may do without TLS", async () => {
  const at = (issuer: string) => create(owner, acme, { ...OPENID, issuer });
  await expect(at("http://id.acme.test")).rejects.toEqual(refusal("not_https"));
  await expect(at("http://id.internal.acme.test")).rejects.toEqual(refusal("not_https"));
  const id = await at("http://id.internal:8080/realms/acme");
  await at("http://[::1]:8080");
  const settings = { ...OPENID, issuer: "http://id.acme.test" };
  await expect(as(owner, (connections) => connections.update({ connectionId: id, settings }))).rejects.toEqual(
    refusal("not_https"),
  );
});

describe("a change of its settings", () => {
  const result = { checked: null, roundTrip: null };
  const tested = async (id: string) => {
    const { updatedAt } = await as(owner, (connections) => connections.get({ connectionId: id }));
    expect(await putTestResult(postgres.db, id, { settingsOf: updatedAt, result, at: new Date() })).toBe(true);
  };
  const update = (connectionId: string, settings: object, clientSecret?: string) =>
    as(owner, (connections) =>
      connections.update({
        connectionId,
        settings: { ...OPENID, ...settings },
        ...(clientSecret ? { clientSecret } : {}),
      }),
    );
  const testOf = async (id: string) =>
    (await as(owner, (connections) => connections.get({ connectionId: id }))).testResult;

  test("keeps the secret that is there, voids the last test, and is in the book from what to what", async () => {
    const id = await create();
    await tested(id);
    await update(id, { issuer: "https://new.acme.test", rolesClaim: "groups", roleMapping: { chiefs: "admin" } });
    expect(await rows()).toMatchObject([
      {
        action: "ssoConnectionUpdated",
        status: "success",
        target_id: id,
        organization_id: acme,
        changes: {
          issuer: { from: "https://id.acme.test", to: "https://new.acme.test" },
          rolesClaim: { from: null, to: "groups" },
          roleMapping: { from: {}, to: { chiefs: "admin" } },
        },
        details: { secretReplaced: false },
      },
    ]);
    expect(await secretOf(id)).toBe(SECRET);
    expect(await testOf(id)).toBeNull();
  });

  test("of the secret alone shows that there is a new one, not which, and voids the last test", async () => {
    const id = await create();
    await tested(id);
    await update(id, {}, "another~secret");
    expect(await rows()).toMatchObject([{ status: "success", changes: null, details: { secretReplaced: true } }]);
    expect(await secretOf(id)).toBe("another~secret");
    expect(await testOf(id)).toBeNull();
  });

  test("of the name alone leaves the last test, and none at all writes no row", async () => {
    const id = await create();
    await tested(id);
    await update(id, { name: "Acme, renamed" });
    expect(await rows()).toMatchObject([{ changes: { name: { from: "Acme ID", to: "Acme, renamed" } } }]);
    expect(await testOf(id)).toEqual(result);
    await update(id, { name: "Acme, renamed" });
    expect(await rows()).toEqual([]);
  });

  test("while it is being tested makes the test's result one of other settings: it is not kept", async () => {
    const id = await create();
    const { updatedAt } = await as(owner, (connections) => connections.get({ connectionId: id }));
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(updatedAt.getTime()));
    await update(id, { clientId: "other" });
    expect(await putTestResult(postgres.db, id, { settingsOf: updatedAt, result, at: new Date() })).toBe(false);
    expect(await testOf(id)).toBeNull();
  });

  test("cannot make it one of another kind, nor have another provider speak for the people who are linked to it", async () => {
    const id = await create();
    const toGithub = as(owner, (connections) => connections.update({ connectionId: id, settings: GITHUB }));
    await expect(toGithub).rejects.toEqual(refusal("kind_is_fixed"));
    await link(`sso-${id}`);
    await expect(update(id, { issuer: "https://mallory.test" })).rejects.toEqual(refusal("people_linked"));
    expect(await rows()).toMatchObject([
      {
        action: "ssoConnectionUpdated",
        status: "failure",
        failure_reason: "people_linked",
        target_id: id,
        changes: null,
      },
    ]);
    await update(id, { clientId: "renewed" });
  });
});

describe("enabling and disabling", () => {
  const enable = (session: GatebookSession, id: string) =>
    as(session, (connections) => connections.enable({ connectionId: id }));
  const disable = (session: GatebookSession, id: string, confirmed = false) =>
    as(session, (connections) => connections.disable({ connectionId: id, confirmed }));

  test("are changes with their rows, and each is refused where it is so already", async () => {
    const id = await create();
    await expect(disable(owner, id)).rejects.toEqual(refusal("not_enabled"));
    await enable(owner, id);
    expect(await rows()).toMatchObject([
      { action: "ssoConnectionUpdated", status: "success", changes: { enabled: { from: false, to: true } } },
    ]);
    await expect(enable(owner, id)).rejects.toEqual(refusal("already_enabled"));
    await disable(owner, id);
    expect(await rows()).toMatchObject([{ status: "success", changes: { enabled: { from: true, to: false } } }]);
  });

  test("one of a kind for everybody at a time: the second is a conflict, also of two at once", async () => {
    const [first, second] = [await create(root, null), await create(root, null)];
    const outcomes = await Promise.allSettled([enable(root, first), enable(root, second)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = outcomes.find((outcome) => outcome.status === "rejected");
    expect(refused?.reason).toMatchObject({ code: "CONFLICT", reason: "kind_taken" });
    await enable(root, await create(root, null, GITHUB));
    await enable(owner, await create());
  });

  test("one whose secret cannot be read is refused", async () => {
    const id = await create();
    await postgres.db
      .updateTable("sso_connections")
      .set({ client_secret: Buffer.alloc(64) })
      .where("id", "=", id)
      .execute();
    await expect(enable(owner, id)).rejects.toEqual(refusal("secret_unreadable"));
  });

  test("disabling one that an organization requires is done only by who says so twice", async () => {
    const id = await create();
    await enable(owner, id);
    await postgres.db.updateTable("organizations").set({ required_connection_id: id }).where("id", "=", acme).execute();
    await expect(disable(owner, id)).rejects.toEqual(refusal("required_by_organization"));
    await disable(owner, id, true);
  });
});

describe("deleting", () => {
  const remove = (session: GatebookSession, id: string) =>
    as(session, (connections) => connections.delete({ connectionId: id }));

  test("leaves what it was in the book", async () => {
    const id = await create();
    await remove(owner, id);
    expect(await rows()).toMatchObject([
      {
        action: "ssoConnectionDeleted",
        target_id: id,
        organization_id: acme,
        changes: { name: { from: "Acme ID", to: null }, enabled: { from: false, to: null } },
      },
    ]);
    await expect(remove(owner, id)).rejects.toEqual(refusal("not_found"));
  });

  test("is refused while an organization requires it, and while people are linked to it", async () => {
    const id = await create();
    await postgres.db.updateTable("organizations").set({ required_connection_id: id }).where("id", "=", acme).execute();
    await expect(remove(owner, id)).rejects.toEqual(refusal("required_by_organization"));
    await postgres.db.updateTable("organizations").set({ required_connection_id: null }).execute();
    await link(`sso-${id}`);
    await expect(remove(owner, id)).rejects.toEqual(refusal("people_linked"));
    expect(await rows()).toMatchObject([
      { action: "ssoConnectionDeleted", status: "failure", failure_reason: "people_linked", target_id: id },
    ]);
  });

  test("one for everybody goes where another can speak for its people: the environment's, or one of the kind", async () => {
    const [openid, github] = [await create(root, null), await create(root, null, GITHUB)];
    for (const provider of ["openid", "github"]) await link(provider);
    await remove(root, github);
    await expect(remove(root, openid)).rejects.toEqual(refusal("people_linked"));
    await create(root, null);
    await remove(root, openid);
  });
});
