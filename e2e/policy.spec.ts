/** What an organization asks of its people's sign-ins: where they are led, who is refused, and who becomes a member. */
import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import {
  type Attempt,
  answerProvider,
  expect,
  expectSignedIn,
  inNewContext,
  signInWithPassword,
  test,
} from "./fixtures";
import { workbench } from "./workbench";

type Query = <Row extends Record<string, unknown>>(sql: string, values?: unknown[]) => Promise<Row[]>;
type Company = { id: string; domain: string; connection: string; button: string };

/** A company of the test's own, with a domain and an enabled connection to a tenant of the local provider. */
async function openCompany(page: Page, query: Query): Promise<Company> {
  const slug = `company-${randomUUID().slice(0, 8)}`;
  const domain = `${slug}.test`;
  const id = randomUUID();
  await query("insert into organizations (id, slug, name, invite_only) values ($1, $2, $2, false)", [id, slug]);
  await query("insert into organization_domains (domain, organization_id) values ($1, $2)", [domain, id]);
  const call = async (path: string, json: object) => {
    const answer = await page.request.post(`/api/trpc/${path}`, { data: { json } });
    expect(answer.status()).toBe(200);
    return (await answer.json()).result.data.json;
  };
  await signInWithPassword(page, "admin@acme.test");
  await expectSignedIn(page, "admin@acme.test");
  const { clientId, clientSecret } = workbench.providerClient();
  const settings = {
    kind: "openid",
    name: `${slug} ID`,
    clientId,
    issuer: workbench.tenantIssuer(slug),
    rolesClaim: "groups",
    roleMapping: { leads: "admin" },
  };
  const made = await call("ssoConnections.create", { organizationId: id, settings, clientSecret });
  await call("ssoConnections.enable", { connectionId: made.id });
  return { id, domain, connection: made.id, button: `Continue with ${slug} ID` };
}

/** Somebody with an address of the domain and the workbench's password. */
async function freshColleague(query: Query, domain: string): Promise<string> {
  const email = `colleague-${randomUUID().slice(0, 8)}@${domain}`;
  await query(
    `insert into users (id, email, password_hash, password_changed_at, email_verified_at)
     select gen_random_uuid(), $1, password_hash, now(), now() from users where email = 'member@acme.test'`,
    [email],
  );
  return email;
}

async function csrf(page: Page): Promise<string> {
  return (await (await page.request.get("/api/auth/csrf")).json()).csrfToken;
}

/** Posts a password as a script would. Answers what came back, and the attempt's row. */
async function post(page: Page, query: Query, email: string, password: string) {
  const answer = await page.request.post("/api/auth/callback/credentials", {
    form: { csrfToken: await csrf(page), email, password, json: "true" },
  });
  const headers = Object.keys(answer.headers()).sort();
  const rows = await query<Attempt & { organization_id: string | null; user_id: string | null }>(
    "select * from sign_ins where request_id = $1",
    [answer.headers()["x-request-id"]],
  );
  return { seen: { status: answer.status(), body: await answer.text(), headers }, rows };
}

/** A change of the policy counts in every process within a second. */
async function requireConnection(page: Page, query: Query, { id, connection, domain }: Company): Promise<void> {
  await query("update organizations set required_connection_id = $2 where id = $1", [id, connection]);
  await expect
    .poll(async () => (await post(page, query, `probe@${domain}`, "")).rows[0]?.failure_reason)
    .toBe("redirected_by_policy");
}

const lastRow = async (query: Query, email: string) =>
  (await query("select * from sign_ins where email = $1 order by occurred_at desc, id desc limit 1", [email]))[0];

test("a company that requires its connection has its people led there by their address alone, and signs them in", async ({
  page,
  context,
  query,
}) => {
  const company = await openCompany(page, query);
  await inNewContext(context, async (visitor) => {
    await requireConnection(visitor, query, company);
    const email = `new-${randomUUID().slice(0, 8)}@${company.domain}`;
    await visitor.goto("/sign-in");
    await visitor.getByLabel("Email").fill(email);
    await visitor.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(visitor.locator(":focus")).toContainText(`${company.domain} signs in with`);
    await expect(visitor).toHaveTitle("Sign in to Gatebook");
    expect(await lastRow(query, email)).toMatchObject({ status: "failure", failure_reason: "redirected_by_policy" });

    const asked = visitor.waitForRequest((request) => request.url().includes("login_hint="));
    await visitor.getByRole("button", { name: company.button }).click();
    expect(new URL((await asked).url()).searchParams.get("login_hint")).toBe(email);
    await answerProvider(visitor, { email, groups: "leads" });
    await expectSignedIn(visitor, email);
    expect(await lastRow(query, email)).toMatchObject({ status: "success", provider: `sso-${company.connection}` });
    const members = await query(
      "select organization_id, role from memberships join users on users.id = user_id where email = $1",
      [email],
    );
    expect(members).toEqual([{ organization_id: company.id, role: "admin" }]);
  });
});

test("a known and an unknown address of such a company get the same answer to any password", async ({
  page,
  context,
  query,
}) => {
  const company = await openCompany(page, query);
  await inNewContext(context, async (visitor) => {
    await requireConnection(visitor, query, company);
    const known = await freshColleague(query, company.domain);
    const answers = new Set<string>();
    for (const email of [known, `nobody@${company.domain}`]) {
      for (const password of [workbench.password, "not the password", ""]) {
        const { seen, rows } = await post(visitor, query, email, password);
        answers.add(JSON.stringify(seen));
        expect(rows).toHaveLength(1);
        expect(rows[0]).toMatchObject({ failure_reason: "redirected_by_policy", session_id: null, email });
      }
    }
    expect([...answers]).toHaveLength(1);
  });
});

test("without JavaScript the way to the connection is the same", async ({ page, browser, query }) => {
  const company = await openCompany(page, query);
  await requireConnection(page, query, company);
  const plain = await browser.newContext({ baseURL: workbench.origin, javaScriptEnabled: false });
  const visitor = await plain.newPage();
  const email = `plain-${randomUUID().slice(0, 8)}@${company.domain}`;
  await signInWithPassword(visitor, email);
  await expect(visitor.getByRole("status").filter({ hasText: `${company.domain} signs in with` })).toBeVisible();
  await visitor.getByRole("button", { name: company.button }).click();
  await expect(visitor).toHaveURL(new RegExp(`^${workbench.provider}`));
  await plain.close();
});

test("a method that the company does not allow is refused, and its own way in is offered", async ({
  page,
  context,
  query,
}) => {
  const company = await openCompany(page, query);
  await query("update organizations set allowed_methods = '{sso}' where id = $1", [company.id]);
  await inNewContext(context, async (visitor) => {
    await expect
      .poll(async () => {
        const email = await freshColleague(query, company.domain);
        return (await post(visitor, query, email, workbench.password)).rows[0]?.failure_reason;
      })
      .toBe("method_not_allowed");
    const email = await freshColleague(query, company.domain);
    await signInWithPassword(visitor, email);
    await expect(visitor.getByText("That way of signing in isn't allowed for this account.")).toBeVisible();
    await expect(visitor.getByText(`${company.domain} has its own way in`)).toBeVisible();
    await expect(visitor.getByRole("button", { name: company.button })).toBeVisible();
    expect(await lastRow(query, email)).toMatchObject({
      failure_reason: "method_not_allowed",
      organization_id: company.id,
    });
  });
});

test("a company that people join by invitation alone refuses who was not invited, and who has another address", async ({
  page,
  context,
  query,
}) => {
  const company = await openCompany(page, query);
  await inNewContext(context, async (visitor) => {
    await requireConnection(visitor, query, company);
    // Seen by the app no later than what was changed after it.
    await query("update organizations set invite_only = true where id = $1", [company.id]);
    await query("update organizations set required_connection_id = null where id = $1", [company.id]);
    await expect
      .poll(async () => (await post(visitor, query, `probe@${company.domain}`, "")).rows[0]?.failure_reason)
      .toBe("missing_credentials");
    const come = async (email: string) => {
      await visitor.goto("/sign-in");
      await visitor.getByLabel("Email").fill(`somebody@${company.domain}`);
      await visitor.getByRole("button", { name: "Sign in", exact: true }).click();
      await visitor.getByRole("button", { name: company.button }).click();
      await answerProvider(visitor, { email });
    };
    const uninvited = `uninvited@${company.domain}`;
    await come(uninvited);
    await expect(visitor.getByText("Ask your organization's administrator for an invitation.")).toBeVisible();
    expect(await lastRow(query, uninvited)).toMatchObject({ failure_reason: "organization_not_allowed" });
    await come("member@acme.test");
    await expect(visitor.getByText("That way of signing in isn't allowed for this account.")).toBeVisible();
    const [foreign] = await query<Attempt>(
      "select * from sign_ins where provider = $1 order by occurred_at desc, id desc limit 1",
      [`sso-${company.connection}`],
    );
    expect(foreign).toMatchObject({ failure_reason: "organization_not_allowed" });
    expect(await query("select 1 from users where email = $1", [uninvited])).toEqual([]);
  });
});

test("a newcomer with an address of the company joins it by a provider of everybody, as what it says", async ({
  page,
  context,
  query,
}) => {
  const company = await openCompany(page, query);
  await inNewContext(context, async (visitor) => {
    await requireConnection(visitor, query, company);
    await query("update organizations set default_role = 'auditor' where id = $1", [company.id]);
    await query("update organizations set required_connection_id = null where id = $1", [company.id]);
    await expect
      .poll(async () => (await post(visitor, query, `probe@${company.domain}`, "")).rows[0]?.failure_reason)
      .toBe("missing_credentials");
    const email = `joins-${randomUUID().slice(0, 8)}@${company.domain}`;
    await visitor.goto("/sign-in");
    await visitor.getByRole("button", { name: "Continue with Acme OpenID" }).click();
    await answerProvider(visitor, { email });
    await expectSignedIn(visitor, email);
    const [event] = await query(
      "select * from audit_events where action = 'membershipChanged' and organization_id = $1",
      [company.id],
    );
    expect(event).toMatchObject({
      changes: { role: { from: null, to: "auditor" } },
      details: { via: "just_in_time" },
      provider: "openid",
    });
  });
});
