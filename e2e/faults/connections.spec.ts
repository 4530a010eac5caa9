/** Connections of the database count in every process at once, and where they cannot be read the environment's provider does. */
import { randomBytes } from "node:crypto";
import { expect, test } from "@playwright/test";
import { workbench } from "../workbench";
import { Client } from "./client";
import { House, type Server } from "./house";

let house: House;
let servers: [Server, Server];
const variables = {
  SSO_CONNECTIONS: "on",
  SSO_ALLOWED_HOSTS: "localhost",
  GATEBOOK_KEYS: `k1:${randomBytes(32).toString("base64")}`,
  AZUREAD_AUTHORITY_HOST: workbench.provider,
  AZUREAD_TENANT_ID: "env",
  AZUREAD_CLIENT_ID: "env-client",
  AZUREAD_CLIENT_SECRET: "env-secret",
};

test.beforeAll(async () => {
  house = await House.open();
  servers = [await house.serve(variables), await house.serve(variables)];
  // A process's first answers pay for its start.
  for (const server of servers) await clientAt(server, "azure-ad");
});
test.afterAll(() => house.close());

/** Calls a procedure of the first server as the instance's administrator, and answers what it gave. */
async function call<Result>(procedure: string, input: unknown): Promise<Result> {
  const [{ origin }] = servers;
  const { told } = await new Client(origin).attempt("right", { email: "admin@acme.test" });
  const answer = await fetch(`${origin}/api/trpc/${procedure}`, {
    method: "POST",
    headers: { cookie: `gatebook.session=${told?.session}`, "content-type": "application/json" },
    body: JSON.stringify({ json: input }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()).result.data.json as Result;
}

async function connect(organization: string | null, tenant: string): Promise<string> {
  const [row] = await house.query<{ id: string }>("select id from organizations where slug = $1", [organization]);
  const { id } = await call<{ id: string }>("ssoConnections.create", {
    organizationId: row?.id ?? null,
    settings: {
      kind: "azure-ad",
      name: `Entra of ${tenant}`,
      clientId: `${tenant}-client`,
      tenant,
      authorityHost: workbench.provider,
    },
    clientSecret: "a secret",
  });
  await call("ssoConnections.enable", { connectionId: id });
  return id;
}

/** Where a server sends somebody who presses the button of a provider. */
async function sentTo({ origin }: Server, provider: string): Promise<URL> {
  const { token, cookie } = await new Client(origin).csrfPair();
  const answer = await fetch(`${origin}/api/auth/signin/${provider}`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie },
    body: new URLSearchParams({ csrfToken: token }),
  });
  return new URL(answer.headers.get("location") ?? "", origin);
}

/** The client that they go to the local provider as, or null when they go nowhere. */
async function clientAt(server: Server, provider: string): Promise<string | null> {
  const url = await sentTo(server, provider);
  return url.origin === workbench.provider ? url.searchParams.get("client_id") : null;
}

const ready = async ({ origin }: Server) => {
  const answer = await fetch(`${origin}/api/health/ready`);
  return { status: answer.status, sso: (await answer.json()).sso };
};

/** What the sign-in page says, without the comments that React puts between texts. */
async function signInPage({ origin }: Server): Promise<string> {
  const html = await (await fetch(`${origin}/sign-in`)).text();
  return html.replaceAll("<!-- -->", "");
}

const within = { timeout: 1000, intervals: [10] };

test("one that is disabled in one process refuses in the other within a second, also who is under way", async () => {
  const id = await connect("acme", "acme");
  const provider = `sso-${id}`;
  await expect.poll(() => clientAt(servers[1], provider), within).toBe("acme-client");
  await call("ssoConnections.disable", { connectionId: id });
  await expect.poll(() => clientAt(servers[1], provider), within).toBeNull();

  const requestId = `back-too-late-${id}`;
  const { origin } = servers[1];
  await fetch(`${origin}/api/auth/callback/${provider}?code=c&state=s`, {
    redirect: "manual",
    headers: { "x-request-id": requestId },
  });
  const rows = await house.query(
    "select action, status, failure_reason, provider from audit_events where request_id = $1",
    [requestId],
  );
  expect(rows).toEqual([{ action: "signedIn", status: "failure", failure_reason: "provider_not_allowed", provider }]);
});

test("one of the whole instance takes the environment's place, and gives it back when its secret cannot be read", async () => {
  expect(await clientAt(servers[1], "azure-ad")).toBe("env-client");
  const id = await connect(null, "stored");
  for (const server of servers) {
    await expect.poll(() => clientAt(server, "azure-ad"), within).toBe("stored-client");
    expect(await signInPage(server)).toContain("Continue with Entra of stored");
    expect(await ready(server)).toEqual({ status: 200, sso: { connections: "on", active: 1, fallbacks: [] } });
  }
  await house.query("update sso_connections set client_secret = $2 where id = $1", [id, randomBytes(60)]);
  const fallbacks = [{ provider: "azure-ad", reason: "not_authentic" }];
  for (const server of servers) {
    await expect.poll(() => clientAt(server, "azure-ad"), within).toBe("env-client");
    expect(await signInPage(server)).toContain("Continue with Microsoft Entra ID");
    expect(await ready(server)).toEqual({ status: 200, sso: { connections: "on", active: 0, fallbacks } });
  }
  await call("ssoConnections.disable", { connectionId: id });
});

test("while the database is away what was known counts on, and a process that knows nothing yet has the environment's", async () => {
  const id = await connect(null, "lasting");
  await expect.poll(() => clientAt(servers[1], "azure-ad"), within).toBe("lasting-client");
  await house.stopDatabase();
  expect(await signInPage(servers[1])).toContain("Continue with Entra of lasting");
  expect(await clientAt(servers[1], "azure-ad")).toBe("lasting-client");
  const newcomer = await house.serve(variables);
  expect(await signInPage(newcomer)).toContain("Continue with Microsoft Entra ID");
  expect(await ready(newcomer)).toMatchObject({ sso: { connections: "unavailable", active: 0 } });

  await house.startDatabase();
  await expect.poll(() => signInPage(newcomer), { timeout: 15_000 }).toContain("Continue with Entra of lasting");
  // They listen again: what changes from now on counts as soon as before.
  await expect.poll(async () => (await ready(servers[0])).status, { timeout: 15_000 }).toBe(200);
  await call("ssoConnections.disable", { connectionId: id });
  for (const server of [...servers, newcomer])
    await expect.poll(() => clientAt(server, "azure-ad"), { timeout: 5000 }).toBe("env-client");
});
