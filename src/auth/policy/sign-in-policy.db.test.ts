/** The snapshot of the sign-in policy follows the database, and outlives it. */
import { randomBytes } from "node:crypto";
import { Listener } from "@db/listen.server";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { BreakableProxy } from "@/audit/queue/breakable-proxy";
import { policyFrom } from "@/auth/policy/policy";
import { PolicyWatch } from "@/auth/policy/policy-watch.server";
import { sealClientSecret, settingsOf } from "@/directory/connections";
import { insertConnection, setEnabled } from "@/directory/connections.store.server";
import { readStoredPolicy } from "@/directory/sign-in-policy.store.server";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { KeyRing } from "@/platform/key-ring";
import { testDatabase } from "@/workbench/test-database";

const report = vi.hoisted(() => vi.fn());
vi.mock("@/platform/report.server", () => ({ report }));

const postgres = testDatabase();
const ring = new KeyRing([["k1", randomBytes(32)]]);
const AT = new Date("2026-03-04T05:06:07Z");
const acme = newId();
let proxy: BreakableProxy;
let watch: PolicyWatch;

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  env();
  proxy = await BreakableProxy.open(postgres.url);
  await postgres.db.insertInto("organizations").values({ id: acme, slug: "acme", name: "Acme" }).execute();
});
afterAll(() => proxy.close());
afterEach(async () => {
  await watch.stop();
  await postgres.db.deleteFrom("sso_connections").execute();
});

/** A process that listens through the breakable network. */
function startWatch() {
  const read = vi.fn(async () => policyFrom(await readStoredPolicy(postgres.db), ring));
  watch = new PolicyWatch(read);
  watch.start(
    (reload) => new Listener(proxy.url, "gatebook_sign_in_policy", { onListening: reload, onNotification: reload }),
  );
  return read;
}

async function addConnection(secret = sealClientSecret, organizationId: string | null = acme): Promise<string> {
  const id = newId();
  const settings = settingsOf({
    kind: "openid",
    name: "Acme ID",
    clientId: "gatebook",
    issuer: "https://id.acme.test",
    rolesClaim: "groups",
    roleMapping: { staff: "auditor" },
  });
  await insertConnection(postgres.db, { id, organizationId, settings, secret: secret(ring, id, "s3cret"), at: AT });
  return id;
}

const soon = { timeout: 1000, interval: 10 };
const names = () => [...(watch.policy?.connections.keys() ?? [])];

test("a connection counts within a second of being enabled, with all that is set of it, and no longer when it is disabled", async () => {
  startWatch();
  await vi.waitFor(() => expect(watch.policy).not.toBeNull(), soon);
  const id = await addConnection();
  await setEnabled(postgres.db, id, AT);
  await vi.waitFor(() => expect(names()).toEqual([`sso-${id}`]), soon);
  const connection = watch.policy?.connections.get(`sso-${id}`);
  expect(connection).toMatchObject({
    id,
    kind: "openid",
    name: "Acme ID",
    organizationId: acme,
    clientId: "gatebook",
    issuer: "https://id.acme.test",
    tenant: null,
    authorityHost: null,
    rolesClaim: "groups",
    roleMapping: { staff: "auditor" },
  });
  expect(connection?.clientSecret()).toBe("s3cret");
  expect(JSON.stringify(connection)).not.toContain("s3cret");
  await setEnabled(postgres.db, id, null);
  await vi.waitFor(() => expect(names()).toEqual([]), soon);
});

test("what an organization asks of its people and its domains count as soon", async () => {
  startWatch();
  const id = await addConnection();
  await postgres.db
    .updateTable("organizations")
    .set({ allowed_methods: ["sso"], required_connection_id: id, invite_only: false, default_role: "auditor" })
    .where("id", "=", acme)
    .execute();
  await postgres.db.insertInto("organization_domains").values({ domain: "acme.test", organization_id: acme }).execute();
  await vi.waitFor(() => expect(watch.policy?.domains.get("acme.test")).toBe(acme), soon);
  expect(watch.policy?.organizations.get(acme)).toEqual({
    id: acme,
    allowedMethods: ["sso"],
    requiredConnectionId: id,
    requiredProvider: `sso-${id}`,
    inviteOnly: false,
    defaultRole: "auditor",
  });
  await postgres.db.deleteFrom("organization_domains").execute();
  await postgres.db.updateTable("organizations").set({ required_connection_id: null }).execute();
  await vi.waitFor(() => expect(watch.policy?.organizations.get(acme)?.requiredProvider).toBeNull(), soon);
});

test("what changed while nobody listened counts once somebody does again", async () => {
  const read = startWatch();
  await vi.waitFor(() => expect(read).toHaveBeenCalled(), soon);
  await proxy.refuse();
  const id = await addConnection();
  await setEnabled(postgres.db, id, AT);
  await proxy.mend();
  await vi.waitFor(() => expect(names()).toEqual([`sso-${id}`]), { timeout: 5000, interval: 20 });
});

test("while the database is away the last snapshot stays", async () => {
  const read = startWatch();
  const id = await addConnection();
  await setEnabled(postgres.db, id, AT);
  await vi.waitFor(() => expect(names()).toEqual([`sso-${id}`]), soon);
  read.mockRejectedValueOnce(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }));
  await expect(watch.reload()).rejects.toThrow("ECONNREFUSED");
  expect(names()).toEqual([`sso-${id}`]);
  expect(report).not.toHaveBeenCalled();
});

test("a change that comes while the policy is being read is not missed, and a thousand of them are one reading more", async () => {
  const read = startWatch();
  await vi.waitFor(() => expect(watch.policy).not.toBeNull(), soon);
  await watch.reload();
  read.mockClear();
  await Promise.all(Array.from({ length: 1000 }, () => watch.reload()));
  expect(read).toHaveBeenCalledTimes(2);
});

test("a secret that does not open takes its own connection out, no other, and is told once", async () => {
  report.mockClear();
  const other = new KeyRing([["k1", randomBytes(32)]]);
  const broken = await addConnection((_, id, secret) => sealClientSecret(other, id, secret), null);
  const good = await addConnection();
  startWatch();
  for (const id of [broken, good]) await setEnabled(postgres.db, id, AT);
  await vi.waitFor(() => expect(names()).toEqual([`sso-${good}`]), soon);
  await watch.reload();
  expect(watch.policy?.unreadable).toEqual([{ id: broken, provider: "openid", reason: "not_authentic" }]);
  expect(report).toHaveBeenCalledExactlyOnceWith(expect.any(Error), { provider: "openid", reason: "not_authentic" });
});
