/** Everything a provider can do wrong: each leaves one row with its reason, a page that helps, and no session. */
import { expect, type Page, test } from "@playwright/test";
import type { Fault } from "../../src/workbench/openid-faults";
import { type OpenIdProvider, startOpenIdProvider } from "../../src/workbench/openid-provider";
import { freePort } from "../../src/workbench/ports";
import { answerProvider, freshEmail, type Person } from "../fixtures";
import { workbench } from "../workbench";
import { House } from "./house";

/** Stands in for Microsoft Entra, by the authority host. It alone has faults. */
const TENANT = "contoso";
const ENTRA = "Microsoft Entra ID";

let house: House;
let provider: OpenIdProvider;
let origin: string;
const known = new Set<string>();

test.beforeAll(async () => {
  house = await House.open();
  const [port, issuerPort] = [await freePort(), await freePort()];
  const appOrigin = `http://localhost:${port}`;
  provider = await startOpenIdProvider({
    port: issuerPort,
    dataDir: house.dataDir,
    appOrigin,
    tokenTtlSeconds: 3600,
  });
  const [id, secret] = [provider.clientId, provider.clientSecret];
  ({ origin } = await house.serve({
    PORT: String(port),
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: id,
    OIDC_CLIENT_SECRET: secret,
    OIDC_DISPLAY_NAME: "Acme OpenID",
    AZUREAD_AUTHORITY_HOST: provider.issuer,
    AZUREAD_TENANT_ID: TENANT,
    AZUREAD_CLIENT_ID: id,
    AZUREAD_CLIENT_SECRET: secret,
  }));
});
test.afterEach(() => order(null));
test.afterAll(async () => {
  await provider.stop();
  await house.close();
});

async function order(fault: Fault | null): Promise<void> {
  const answer = await fetch(`${provider.issuer}/faults`, {
    method: "POST",
    body: JSON.stringify({ tenant: TENANT, fault }),
  });
  expect(answer.status).toBe(200);
}

type Row = {
  id: string;
  status: string;
  failure_reason: string | null;
  cause: string | null;
  provider: string;
  claimed_email: string | null;
};

/** The `signedIn` rows since it was last asked. */
async function newRows(): Promise<Row[]> {
  const rows = await house.query<Row>(
    `select id, status, failure_reason, details->>'cause' as cause, provider, claimed_email
       from audit_events where action = 'signedIn' order by occurred_at`,
  );
  const fresh = rows.filter(({ id }) => !known.has(id));
  for (const { id } of fresh) known.add(id);
  return fresh;
}

async function startAt(page: Page, name: string): Promise<void> {
  await page.goto(`${origin}/sign-in`);
  await page.getByRole("button", { name: `Continue with ${name}` }).click();
}

async function signInAt(page: Page, name: string, person: Person): Promise<void> {
  await startAt(page, name);
  await answerProvider(page, person);
}

async function expectSignedIn(page: Page, email: string): Promise<void> {
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
  expect((await (await page.request.get(`${origin}/api/auth/session`)).json()).user.email).toBe(email);
}

async function expectRefused(page: Page, sentence: RegExp, row: Partial<Row>): Promise<void> {
  await expect(page.getByRole("alert").first()).toContainText(sentence);
  await expect(page.getByRole("heading", { level: 1, name: "Sign in to Gatebook" })).toBeVisible();
  expect(await newRows()).toEqual([expect.objectContaining({ status: "failure", ...row })]);
  expect((await page.context().cookies()).filter(({ name }) => name.endsWith("gatebook.session"))).toEqual([]);
}

const NOT_FINISHED = /That sign-in didn't finish\. Nothing changed\. Reference \S+/;
const NOT_SET_UP = /Signing in with Microsoft Entra ID isn't set up right.*Reference \S+/;
const AWAY = /Microsoft Entra ID isn't answering right now.*Reference \S+/;

const IN_THE_ANSWER: [Fault, string, string | null, RegExp][] = [
  ["unknown_key", "provider_error", "unknown_key", NOT_FINISHED],
  ["bad_signature", "provider_error", "bad_signature", NOT_FINISHED],
  ["wrong_issuer", "provider_error", "issuer_mismatch", NOT_SET_UP],
  ["wrong_audience", "provider_error", "audience_mismatch", NOT_SET_UP],
  ["wrong_nonce", "state_mismatch", null, NOT_FINISHED],
  ["expired", "provider_error", "token_expired", NOT_FINISHED],
  ["not_valid_yet", "provider_error", "token_not_yet_valid", NOT_FINISHED],
  ["userinfo_failure", "provider_error", "userinfo_failed", NOT_FINISHED],
];
for (const [fault, failure_reason, cause, sentence] of IN_THE_ANSWER) {
  test(`${fault} in the provider's answer`, async ({ page }) => {
    await order(fault);
    await signInAt(page, ENTRA, { email: freshEmail("faulty") });
    // Nothing that an answer says is believed before it has been verified, so the row names nobody.
    await expectRefused(page, sentence, { failure_reason, cause, provider: "azure-ad", claimed_email: null });
  });
}

const WHILE_AWAY: [Fault, string][] = [
  ["bad_gateway", "provider_failed"],
  ["mute", "provider_timeout"],
  ["down", "provider_unreachable"],
];
for (const [fault, cause] of WHILE_AWAY) {
  test(`a provider that becomes ${fault} while the person is there`, async ({ page }) => {
    await startAt(page, ENTRA);
    await order(fault);
    await answerProvider(page, { email: freshEmail("faulty") });
    await expectRefused(page, AWAY, { failure_reason: "provider_error", cause, provider: "azure-ad" });
  });
}

test("a provider that is down takes no other way in down", async ({ page, browser }) => {
  await order("down");
  await startAt(page, ENTRA);
  const row = { failure_reason: "provider_error", cause: "provider_unreachable", provider: "azure-ad" };
  await expectRefused(page, AWAY, row);
  await page.getByLabel("Email").fill("member@acme.test");
  await page.getByLabel("Password", { exact: true }).fill(workbench.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expectSignedIn(page, "member@acme.test");
  const other = await browser.newPage();
  const email = freshEmail("elsewhere");
  await signInAt(other, "Acme OpenID", { email });
  await expectSignedIn(other, email);
  expect((await newRows()).map(({ status, provider: id }) => [status, id])).toEqual([
    ["success", "credentials"],
    ["success", "openid"],
  ]);
  await other.context().close();
});

test("an identity without an address, and one whose address nobody vouches for", async ({ page }) => {
  await signInAt(page, ENTRA, { email: freshEmail("nameless"), emailClaim: "missing" });
  await expectRefused(page, /Microsoft Entra ID didn't tell us an email address/, {
    failure_reason: "provider_error",
    cause: "missing_email",
    claimed_email: null,
  });
  const email = freshEmail("unproven");
  await signInAt(page, "Acme OpenID", { email, emailClaim: "unverified" });
  await expectRefused(page, /Acme OpenID hasn't confirmed your email address/, {
    failure_reason: "email_not_verified",
    claimed_email: email,
  });
  expect(await house.query("select id from users where email = $1", [email])).toEqual([]);
});

test("a code that is used again, by somebody who has the address and the cookies", async ({ page }) => {
  const email = freshEmail("replayed");
  await startAt(page, ENTRA);
  await expect(page.getByLabel("Email")).toBeVisible();
  const cookies = await page.context().cookies(origin);
  const arrival = page.waitForRequest((request) => request.url().startsWith(`${origin}/api/auth/callback/azure-ad`));
  await answerProvider(page, { email });
  const callback = (await arrival).url();
  await expectSignedIn(page, email);
  expect(await newRows()).toEqual([expect.objectContaining({ status: "success", cause: null })]);
  const again = await fetch(callback, {
    redirect: "manual",
    headers: { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") },
  });
  expect(again.headers.get("location")).toContain("/sign-in?error=not_finished");
  expect(again.headers.getSetCookie().join()).not.toMatch(/gatebook\.session=[^;]/);
  expect(await newRows()).toEqual([
    expect.objectContaining({ status: "failure", failure_reason: "provider_error", cause: "code_refused" }),
  ]);
});

test("a new signing key and claims at userinfo are no faults: the same person signs in", async ({ browser }) => {
  const email = freshEmail("rotated");
  for (const fault of [null, "new_key", "thin_id_token", null] as const) {
    await order(fault);
    const page = await browser.newPage();
    await signInAt(page, ENTRA, { email });
    await expectSignedIn(page, email);
    await page.context().close();
  }
  const rows = await newRows();
  expect(rows.map(({ status }) => status)).toEqual(["success", "success", "success", "success"]);
  expect(await house.query("select id from users where email = $1", [email])).toHaveLength(1);
});
