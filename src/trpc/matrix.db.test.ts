/**
 * Who may call what, for every procedure there is: the router itself says which. A procedure without its line here fails
 * the test, and so does a refusal without its row in the book.
 */
import { randomBytes } from "node:crypto";
import { database } from "@db/connect.server";
import { TRPCError } from "@trpc/server";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openSession } from "@/auth/session.store.server";
import type { GatebookSession, Membership } from "@/auth/session-shape";
import { sealClientSecret, settingsOf } from "@/directory/connections";
import { insertConnection, setEnabled } from "@/directory/connections.store.server";
import { insertInvitation } from "@/directory/invitations.store.server";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { KeyRing } from "@/platform/key-ring";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { createCallerFactory } from "@/trpc/procedures.server";
import { appRouter } from "@/trpc/router.server";
import { testDatabase } from "@/workbench/test-database";

vi.mock("@/platform/report.server", () => ({ report: vi.fn() }));

const postgres = testDatabase();
const [acme, globex] = [newId(), newId()];
const key = randomBytes(32);

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  vi.stubEnv("GATEBOOK_KEYS", `k1:${key.toString("base64")}`);
  env();
  await postgres.db
    .insertInto("organizations")
    .values([
      { id: acme, slug: "acme", name: "Acme" },
      { id: globex, slug: "globex", name: "Globex" },
    ])
    .execute();
});
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});

const people = ["nobody", "member", "auditor", "owner of another organization", "owner", "instance admin"] as const;
type Person = (typeof people)[number];
type Code = TRPCError["code"] | "OK";

const ROLES: Record<Exclude<Person, "nobody">, [organization: string, role: Membership["role"]] | null> = {
  member: [acme, "member"],
  auditor: [acme, "auditor"],
  "owner of another organization": [globex, "owner"],
  owner: [acme, "owner"],
  "instance admin": null,
};

/** What stands around one call: the caller, a member of acme to whom something may be done, and what else acme has. */
type Scene = {
  session: GatebookSession | null;
  victim: string;
  victimSession: string;
  /** What the victim has done. */
  victimEvent: string;
  /** Of somebody whom acme has invited. */
  invitation: string;
  /** One that is enabled, and one that is not. */
  connections: { enabled: string; disabled: string };
};

const signedIn: Code[] = ["UNAUTHORIZED", "OK", "OK", "OK", "OK", "OK"];
const historyReaders: Code[] = ["UNAUTHORIZED", "FORBIDDEN", "OK", "OK", "OK", "OK"];
const administrators: Code[] = ["UNAUTHORIZED", "FORBIDDEN", "FORBIDDEN", "NOT_FOUND", "OK", "OK"];
/** Each of the two owners gets their own. */
const ofTheirOwn: Code[] = ["UNAUTHORIZED", "FORBIDDEN", "FORBIDDEN", "OK", "OK", "OK"];
const instanceAdmins: Code[] = ["UNAUTHORIZED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "OK"];
/** Who may have a mail sent gets as far as learning that none is sent from here. */
const senders = administrators.map((code) => (code === "OK" ? "CONFLICT" : code));
const ofAcme = () => ({ organizationId: acme });
const ofEnabled = ({ connections }: Scene) => ({ connectionId: connections.enabled });
const GITHUB = { kind: "github" as const, name: "Acme", clientId: "acme" };

/** For each procedure: its input, and what each of the people gets, in their order. */
const MATRIX: Record<string, { input?: (scene: Scene) => unknown; expected: Code[]; found?: "failure" }> = {
  "account.activity": { input: () => ({}), expected: signedIn },
  // Nobody here has a password that could be changed.
  "account.changePassword": {
    input: () => ({ currentPassword: "a password", newPassword: "another one entirely" }),
    expected: signedIn.map((code) => (code === "OK" ? "CONFLICT" : code)),
  },
  "account.security": { expected: signedIn },
  // Of others' accounts: not theirs, and so not there.
  "account.unlinkProvider": {
    input: () => ({ accountId: newId() }),
    expected: signedIn.map((code) => (code === "OK" ? "NOT_FOUND" : code)),
  },
  "account.updateProfile": { input: () => ({ name: "A Name" }), expected: signedIn },
  "audit.list": { input: () => ({}), expected: historyReaders },
  "audit.get": {
    input: ({ victimEvent }) => ({ id: victimEvent }),
    expected: ["UNAUTHORIZED", "FORBIDDEN", "OK", "NOT_FOUND", "OK", "OK"],
  },
  "organizations.list": { input: () => ({}), expected: ofTheirOwn },
  "organizations.get": { input: ofAcme, expected: administrators },
  "organizations.create": { input: () => ({ name: "New", slug: `new-${newId()}` }), expected: instanceAdmins },
  "organizations.update": { input: () => ({ ...ofAcme(), name: `Acme ${newId()}` }), expected: administrators },
  "organizations.members.list": { input: ofAcme, expected: administrators },
  "organizations.members.setRole": {
    input: ({ victim }) => ({ ...ofAcme(), userId: victim, role: "auditor" }),
    expected: administrators,
  },
  "organizations.members.remove": {
    input: ({ victim }) => ({ ...ofAcme(), userId: victim }),
    expected: administrators,
  },
  "organizations.invitations.list": { input: ofAcme, expected: administrators },
  "organizations.invitations.resend": {
    input: ({ invitation }) => ({ ...ofAcme(), invitationId: invitation }),
    expected: senders,
  },
  "organizations.invitations.withdraw": {
    input: ({ invitation }) => ({ ...ofAcme(), invitationId: invitation }),
    expected: administrators,
  },
  "overview.today": { expected: historyReaders },
  "overview.newPlaces": { expected: historyReaders },
  "overview.health": { expected: instanceAdmins },
  "session.current": { expected: people.map(() => "OK" as const) },
  "session.events": { input: () => ({}), expected: signedIn },
  "session.inspect": { expected: signedIn },
  "session.simulateExpiry": { input: () => ({ kind: "idle" }), expected: signedIn },
  "session.list": { expected: signedIn },
  // Somebody else's session: whose it is, and that it is, is not told to anyone.
  "session.revoke": {
    input: ({ victimSession }) => ({ sessionId: victimSession }),
    expected: ["UNAUTHORIZED", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND"],
  },
  "session.revokeOthers": { expected: signedIn },
  "signIns.facets": { input: () => ({}), expected: historyReaders },
  "signIns.list": { input: () => ({}), expected: historyReaders },
  "signIns.place": { expected: historyReaders },
  "signIns.tail": { input: () => ({}), expected: historyReaders },
  "signIns.stats": { input: () => ({}), expected: historyReaders },
  "ssoConnections.list": { expected: ofTheirOwn },
  "ssoConnections.get": { input: ofEnabled, expected: administrators },
  "ssoConnections.create": {
    input: () => ({ organizationId: acme, settings: GITHUB, clientSecret: "secret" }),
    expected: administrators,
  },
  "ssoConnections.update": {
    input: ({ connections }) => ({ connectionId: connections.enabled, settings: { ...GITHUB, name: "New" } }),
    expected: administrators,
  },
  "ssoConnections.enable": {
    input: ({ connections }) => ({ connectionId: connections.disabled }),
    expected: administrators,
  },
  "ssoConnections.disable": { input: ofEnabled, expected: administrators },
  // The call is answered, and what it found stands in the book: there is no provider where this one leads.
  "ssoConnections.test": { input: ofEnabled, expected: administrators, found: "failure" },
  "ssoConnections.delete": { input: ofEnabled, expected: administrators },
  "users.list": { input: () => ({}), expected: ofTheirOwn },
  "users.get": { input: ({ victim }) => ({ userId: victim }), expected: administrators },
  "users.disable": { input: ({ victim }) => ({ userId: victim }), expected: administrators },
  "users.enable": { input: ({ victim }) => ({ userId: victim }), expected: administrators.map(notYetDisabled) },
  "users.sendPasswordReset": { input: ({ victim }) => ({ userId: victim }), expected: senders },
  "users.invite": {
    input: () => ({ ...ofAcme(), email: `${newId()}@example.com`, role: "member" }),
    expected: senders,
  },
  "users.update": { input: ({ victim }) => ({ userId: victim, name: "A Name" }), expected: administrators },
  "users.changes": { input: ({ victim }) => ({ userId: victim }), expected: administrators },
  "users.endSession": {
    input: ({ victim, victimSession }) => ({ userId: victim, sessionId: victimSession }),
    expected: administrators,
  },
  "users.endSessions": { input: ({ victim }) => ({ userId: victim }), expected: administrators },
};

/** Who may enable somebody gets as far as learning that they are not disabled. */
function notYetDisabled(code: Code): Code {
  return code === "OK" ? "CONFLICT" : code;
}

async function addPerson(name: string, role: [string, Membership["role"]] | null): Promise<string> {
  const id = newId();
  await postgres.db
    .insertInto("users")
    .values({
      id,
      email: `${name.replaceAll(" ", "-")}-${id}@example.com`,
      instance_role: name === "instance admin" ? "admin" : null,
    })
    .execute();
  if (role)
    await postgres.db
      .insertInto("memberships")
      .values({ user_id: id, organization_id: role[0], role: role[1] })
      .execute();
  return id;
}

async function addSession(userId: string): Promise<string> {
  const id = newId();
  const session = { id, userId, authMethod: "password" as const, provider: "credentials", ip: null, userAgent: null };
  const at = new Date();
  await openSession(postgres.db, { ...session, at, expiresAt: new Date(at.getTime() + 3600_000) }, []);
  return id;
}

async function addConnection(enabledAt: Date | null): Promise<string> {
  const id = newId();
  const [settings, at] = [settingsOf(GITHUB), new Date()];
  const secret = sealClientSecret(new KeyRing([["k1", key]]), id, "secret");
  await insertConnection(postgres.db, { id, organizationId: acme, settings, secret, at });
  if (enabledAt) await setEnabled(postgres.db, id, enabledAt);
  return id;
}

async function setScene(person: Person): Promise<Scene> {
  const victim = await addPerson("victim", [acme, "member"]);
  const victimSession = await addSession(victim);
  const at = new Date();
  const terms = { role: "member" as const, at, expiresAt: new Date(at.getTime() + 3600_000) };
  const invited = { organizationId: acme, email: `invited-${victim}@example.com`, invitedBy: victim };
  const invitation = await insertInvitation(postgres.db, { ...invited, ...terms });
  const connections = { enabled: await addConnection(at), disabled: await addConnection(null) };
  const victimEvent = newId();
  await postgres.db
    .insertInto("audit_events")
    .values({
      id: victimEvent,
      occurred_at: at,
      action: "signedOut",
      status: "success",
      actor_type: "user",
      actor_id: victim,
      organization_id: acme,
    })
    .execute();
  const around = { victim, victimSession, victimEvent, invitation, connections };
  if (person === "nobody") return { session: null, ...around };
  const role = ROLES[person];
  const id = await addPerson(person, role);
  const session: GatebookSession = {
    sid: await addSession(id),
    expires: "2999-01-01T00:00:00.000Z",
    user: { id, email: "a@b.test", name: null, instanceRole: person === "instance admin" ? "admin" : null },
    memberships: role ? [{ organizationId: role[0], slug: "x", name: "X", role: role[1] }] : [],
    authMethod: "password",
    provider: "credentials",
  };
  return { session, ...around };
}

const procedures = appRouter._def.procedures as unknown as Record<
  string,
  { _def: { type: string; meta?: { audit?: string } } }
>;
const names = Object.keys(procedures).sort();
const newCaller = createCallerFactory(appRouter);

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return value !== null && typeof value === "object" && Symbol.asyncIterator in value;
}

/** Calls a procedure by its name and answers the code it came to. */
async function codeOf(name: string, scene: Scene, requestId: string): Promise<Code> {
  const scope = { requestId, ip: "203.0.113.7", userAgent: "browser", nonce: "n" };
  const caller = newCaller({ session: scene.session, db: database(), appendHeader: () => {} });
  const called = name.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], caller) as (
    input: unknown,
  ) => Promise<unknown>;
  try {
    const result = await runInRequestScope(scope, () => called(MATRIX[name]?.input?.(scene)));
    if (isAsyncIterable(result)) await result[Symbol.asyncIterator]().return?.();
    return "OK";
  } catch (error) {
    if (error instanceof TRPCError) return error.code;
    throw error;
  }
}

test("every procedure has its line here, and no line is left over", () => {
  expect(Object.keys(MATRIX).sort()).toEqual(names);
});

test("every mutation has its audit action", () => {
  for (const name of names) {
    if (procedures[name]?._def.type === "mutation")
      expect([name, procedures[name]?._def.meta?.audit]).not.toContain(undefined);
  }
});

describe.each(names)("%s", (name) => {
  test.each(people.map((person, index) => [person, MATRIX[name]?.expected[index]] as const))(
    "for %s: %s",
    async (person, expected) => {
      const scene = await setScene(person);
      const requestId = newId();
      const code = await codeOf(name, scene, requestId);
      expect(code).toBe(expected);
      const rows = await postgres.db
        .selectFrom("audit_events")
        .select(["action", "status", "actor_id", "session_id"])
        .where("request_id", "=", requestId)
        .execute();
      const by = { actor_id: scene.session?.user.id ?? null, session_id: scene.session?.sid ?? null };
      const procedure = procedures[name]?._def;
      // A query that was refused has read nothing: it is denied access, whatever it notes otherwise.
      const action = procedure?.type === "mutation" ? procedure.meta?.audit : undefined;
      if (code === "UNAUTHORIZED" || code === "FORBIDDEN") {
        expect(rows).toEqual([{ action: "accessDenied", status: "failure", ...by }]);
      } else if (code !== "OK") {
        expect(rows).toEqual([{ action: action ?? "accessDenied", status: "failure", ...by }]);
      } else {
        for (const row of rows) expect(row).toMatchObject({ status: MATRIX[name]?.found ?? "success", ...by });
      }
    },
  );
});
