/** Linking providers: by a signed-in person, and to an account that has the provider's address by proof of both. */
import type { Page } from "@playwright/test";
import {
  answerProvider,
  expect,
  expectSignedIn,
  freshEmail,
  freshPasswordUser,
  inNewContext,
  linkIn,
  mailTo,
  signInWithPassword,
  signInWithSso,
  signOut,
  test,
} from "./fixtures";
import { workbench } from "./workbench";

type Row = { action: string; status: string; failure_reason: string | null; details: { via?: string } };
const LINK_ROWS = `select action, status, failure_reason, details from audit_events
  where action in ('providerLinked', 'providerUnlinked')
    and (actor_id = (select id from users where email = $1) or target_id = (select id from users where email = $1))
  order by occurred_at, id`;
const IDENTITIES = "select a.id, provider_account_id from accounts a join users u on u.id = user_id where email = $1";
const SIGN_INS = "select status, auth_method, failure_reason from sign_ins where email = $1 order by occurred_at";

async function beginLink(page: Page, password = workbench.password): Promise<void> {
  await page.goto("/account/security");
  await page.getByRole("link", { name: "Link Acme OpenID" }).click();
  await page.getByLabel("Current password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Go to Acme OpenID" }).click();
}

async function sessionId(page: Page): Promise<string> {
  return (await (await page.request.get("/api/auth/session")).json()).sid;
}

test("a provider is linked with the password, signs in, and is removed again", async ({
  page,
  query,
  expectedErrors,
}) => {
  // The answer to a wrong password.
  expectedErrors.push("400");
  const email = await freshPasswordUser(query, "links");
  const there = { email: freshEmail("elsewhere"), subject: `subject-of-${email}` };
  await signInWithPassword(page, email);
  await expectSignedIn(page, email);
  const session = await sessionId(page);
  await beginLink(page, "not the password");
  await expect(page.locator("#password-problem")).toHaveText("That isn't your current password.");
  await beginLink(page);
  await expect(page).toHaveURL(new RegExp(`^${workbench.provider}`));
  await answerProvider(page, there);
  await expect(page.getByRole("status").filter({ hasText: "Acme OpenID is linked" })).toBeVisible();
  // It is the same session, and nobody tried to sign in.
  expect(await sessionId(page)).toBe(session);
  expect(await query(SIGN_INS, [email])).toEqual([
    { status: "success", auth_method: "password", failure_reason: null },
  ]);
  expect(await query(IDENTITIES, [email])).toEqual([{ id: expect.any(String), provider_account_id: there.subject }]);
  await expect
    .poll(async () => (await mailTo(page, email)).map(({ subject }) => subject))
    .toEqual([expect.stringContaining("Acme OpenID was linked to your account")]);
  // One's own, linked again, is no error and changes nothing.
  await beginLink(page);
  await answerProvider(page, there);
  await expect(page.getByRole("status").filter({ hasText: "Acme OpenID is linked" })).toBeVisible();

  await signOut(page);
  await signInWithSso(page, there);
  await expectSignedIn(page, email);
  await page.goto("/account/security");
  await page.getByRole("link", { name: "Remove Acme OpenID" }).click();
  await page.getByLabel("Current password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Remove Acme OpenID" }).click();
  await expect(page.locator("#password-problem")).toHaveText("That isn't your current password.");
  await page.getByLabel("Current password", { exact: true }).fill(workbench.password);
  await page.getByRole("button", { name: "Remove Acme OpenID" }).click();
  await expect(page.getByRole("status").filter({ hasText: "The provider is removed" })).toBeVisible();
  await expectSignedIn(page, email);
  expect(await query(IDENTITIES, [email])).toEqual([]);
  await expect.poll(async () => (await mailTo(page, email)).length).toBe(2);
  expect(await query<Row>(LINK_ROWS, [email])).toEqual([
    expect.objectContaining({ status: "failure", failure_reason: "wrong_password" }),
    expect.objectContaining({ action: "providerLinked", status: "success", details: { via: "session" } }),
    expect.objectContaining({ action: "providerUnlinked", status: "failure", failure_reason: "wrong_password" }),
    expect.objectContaining({ action: "providerUnlinked", status: "success" }),
  ]);
});

test("the last way in stays, and an old sign-in is no proof for somebody without a password", async ({
  page,
  query,
  expectedErrors,
}) => {
  expectedErrors.push("409");
  const domain = `only-sso-${Date.now().toString(36)}.test`;
  const email = `somebody@${domain}`;
  await query(
    `with made as (insert into organizations (id, slug, name, allowed_methods)
       values (gen_random_uuid(), $1, 'Only by SSO', '{sso}') returning id)
     insert into organization_domains (domain, organization_id) select $2, id from made`,
    [domain.replaceAll(".", "-"), domain],
  );
  await signInWithSso(page, email);
  await expectSignedIn(page, email);
  await page.goto("/account/security");
  await page.getByRole("link", { name: "Remove Acme OpenID" }).click();
  await page.getByRole("button", { name: "Remove Acme OpenID" }).click();
  await expect(page.getByText("Add another way to sign in before removing this one.")).toBeVisible();
  expect(await query(IDENTITIES, [email])).toHaveLength(1);
  expect((await query<Row>(LINK_ROWS, [email])).at(-1)).toMatchObject({ failure_reason: "last_way_in" });

  await query("update sessions set created_at = created_at - interval '11 minutes' where id = $1", [
    await sessionId(page),
  ]);
  await page.goto("/account/security/link/openid");
  await page.getByRole("button", { name: "Sign in again with Acme OpenID" }).click();
  await answerProvider(page, { email });
  await expect(page.getByRole("button", { name: "Go to Acme OpenID" })).toBeVisible();
});

test("an identity that signs in somebody else is not linked", async ({ page, query }) => {
  const owner = freshEmail("owns-it");
  await signInWithSso(page, owner);
  await expectSignedIn(page, owner);
  await signOut(page);
  const email = await freshPasswordUser(query, "wants-it");
  await signInWithPassword(page, email);
  await expectSignedIn(page, email);
  await beginLink(page);
  await answerProvider(page, { email: owner });
  await expect(page.getByText("That account at Acme OpenID signs in somebody else here.")).toBeVisible();
  expect(await query(IDENTITIES, [email])).toEqual([]);
  expect(await query<Row>(LINK_ROWS, [email])).toEqual([
    expect.objectContaining({ status: "failure", failure_reason: "identity_taken", details: { via: "session" } }),
  ]);
});

test("a session that changed between, a forged cookie and another browser's link nothing", async ({ page, query }) => {
  const [email, other] = [await freshPasswordUser(query, "begins"), await freshPasswordUser(query, "comes-between")];
  await signInWithPassword(page, email);
  await expectSignedIn(page, email);
  await beginLink(page);
  const second = await page.context().newPage();
  await second.request.post("/api/auth/callback/credentials", {
    form: {
      csrfToken: (await (await second.request.get("/api/auth/csrf")).json()).csrfToken,
      email: other,
      password: workbench.password,
    },
  });
  await second.close();
  await answerProvider(page, { email: freshEmail("nobodys") });
  await expect(page.getByText("Somebody else is signed in to this browser now")).toBeVisible();
  await expectSignedIn(page, other);
  expect(await query<Row>(LINK_ROWS, [email])).toEqual([
    expect.objectContaining({ status: "failure", failure_reason: "session_changed" }),
  ]);

  // Of a trip that links, no sign-in can come, whatever becomes of its cookie.
  const ours = page.context();
  const foreign = await inNewContext(ours, async (elsewhere) => {
    await signInWithPassword(elsewhere, email);
    await expectSignedIn(elsewhere, email);
    await beginLink(elsewhere);
    return (await elsewhere.context().cookies()).find(({ name }) => name === "gatebook.link")?.value ?? "";
  });
  for (const value of [foreign, `${foreign.slice(0, -4)}AAAA`]) {
    await beginLink(page);
    await ours.addCookies([{ name: "gatebook.link", value, url: workbench.origin }]);
    const stranger = freshEmail("stranger");
    await answerProvider(page, { email: stranger });
    await expect(page.getByText("That sign-in didn't finish.")).toBeVisible();
    expect(await query("select 1 from users where email = $1", [stranger])).toEqual([]);
    await expectStillNothing();
  }
  async function expectStillNothing(): Promise<void> {
    for (const one of [email, other]) expect(await query(IDENTITIES, [one])).toEqual([]);
    const [row] = await query("select failure_reason from sign_ins order by occurred_at desc, id desc limit 1");
    expect(row).toEqual({ failure_reason: "state_mismatch" });
  }
});

test("whoever comes from a provider with an account's address is asked after signing in to it", async ({
  page,
  query,
}) => {
  const email = await freshPasswordUser(query, "asked");
  await signInWithSso(page, email);
  await expect(page.getByText("An account with that address already exists here.")).toBeVisible();
  await page.getByLabel("Email", { exact: true }).fill(email);
  await page.getByLabel("Password", { exact: true }).fill(workbench.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Link Acme OpenID?" })).toBeVisible();
  expect(await query(IDENTITIES, [email])).toEqual([]);
  await page.getByRole("button", { name: "Don't link" }).click();
  await expectSignedIn(page, email);
  // A no is a no: there is nothing to say yes to any more.
  await page.goto("/link-provider?callbackUrl=/account/sessions");
  await expect(page).toHaveURL(/\/account\/sessions$/);
  await signOut(page);
  await signInWithSso(page, email);
  await page.getByLabel("Email", { exact: true }).fill(email);
  await page.getByLabel("Password", { exact: true }).fill(workbench.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("button", { name: "Link them" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Acme OpenID is linked" })).toBeVisible();
  await signOut(page);
  await signInWithSso(page, email);
  await expectSignedIn(page, email);
  expect(await query<Row>(LINK_ROWS, [email])).toEqual([
    expect.objectContaining({ status: "success", details: { via: "session" } }),
  ]);
});

test("a link mailed to the account's address links, in the browser that came from the provider alone", async ({
  page,
  query,
}) => {
  const email = await freshPasswordUser(query, "mailed");
  await signInWithSso(page, email);
  await page.getByRole("button", { name: "Email me a link to link Acme OpenID" }).click();
  await expect(page.getByText("If that account can be linked, a mail is on its way")).toBeVisible();
  const link = await linkIn(page, email, "/link-provider");
  await inNewContext(page.context(), async (elsewhere) => {
    await elsewhere.goto(link);
    await expect(elsewhere.getByText("There is nothing here to link any more.")).toBeVisible();
  });
  await page.goto(link);
  expect(await query(IDENTITIES, [email])).toEqual([]);
  await page.getByRole("button", { name: "Link them" }).click();
  await expect(page.getByRole("heading", { name: "They are linked" })).toBeVisible();
  await page.getByRole("button", { name: "Continue with Acme OpenID" }).click();
  await answerProvider(page, { email });
  await expectSignedIn(page, email);
  expect(await query<Row>(LINK_ROWS, [email])).toEqual([
    expect.objectContaining({ status: "success", details: { via: "mailed_link" } }),
  ]);
});
