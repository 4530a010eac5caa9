/** Everything a provider can do wrong: each leaves one row with its reason, a page that helps, and no session. */
import { expect, test } from "@playwright/test";
import type { Fault } from "../../src/workbench/openid-faults";
import { answerProvider, freshEmail } from "../fixtures";
import { workbench } from "../workbench";
import { ACME, ENTRA, TwoProviders } from "./two-providers";

let door: TwoProviders;
test.beforeAll(async () => {
  door = await TwoProviders.open();
});
test.afterEach(() => door.order(null));
test.afterAll(() => door.close());

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
    await door.order(fault);
    await door.signInAt(page, ENTRA, { email: freshEmail("faulty") });
    // Nothing that an answer says is believed before it has been verified, so the row names nobody.
    await door.expectRefused(page, sentence, { failure_reason, cause, provider: "azure-ad", claimed_email: null });
  });
}

const WHILE_AWAY: [Fault, string][] = [
  ["bad_gateway", "provider_failed"],
  ["mute", "provider_timeout"],
  ["down", "provider_unreachable"],
];
for (const [fault, cause] of WHILE_AWAY) {
  test(`a provider that becomes ${fault} while the person is there`, async ({ page }) => {
    await door.startAt(page, ENTRA);
    await door.order(fault);
    await answerProvider(page, { email: freshEmail("faulty") });
    await door.expectRefused(page, AWAY, { failure_reason: "provider_error", cause, provider: "azure-ad" });
  });
}

test("a provider that is down takes no other way in down", async ({ page, browser }) => {
  await door.order("down");
  await door.startAt(page, ENTRA);
  const row = { failure_reason: "provider_error", cause: "provider_unreachable", provider: "azure-ad" };
  await door.expectRefused(page, AWAY, row);
  await page.getByLabel("Email").fill("member@acme.test");
  await page.getByLabel("Password", { exact: true }).fill(workbench.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await door.expectSignedIn(page, "member@acme.test");
  const other = await browser.newPage();
  const email = freshEmail("elsewhere");
  await door.signInAt(other, ACME, { email });
  await door.expectSignedIn(other, email);
  expect((await door.newRows()).map(({ status, provider: id }) => [status, id])).toEqual([
    ["success", "credentials"],
    ["success", "openid"],
  ]);
  await other.context().close();
});

test("an identity without an address, and one whose address nobody vouches for", async ({ page }) => {
  await door.signInAt(page, ENTRA, { email: freshEmail("nameless"), emailClaim: "missing" });
  await door.expectRefused(page, /Microsoft Entra ID didn't tell us an email address/, {
    failure_reason: "provider_error",
    cause: "missing_email",
    claimed_email: null,
  });
  const email = freshEmail("unproven");
  await door.signInAt(page, ACME, { email, emailClaim: "unverified" });
  await door.expectRefused(page, /Acme OpenID hasn't confirmed your email address/, {
    failure_reason: "email_not_verified",
    claimed_email: email,
  });
  expect(await door.house.query("select id from users where email = $1", [email])).toEqual([]);
});

test("a code that is used again, by somebody who has the address and the cookies", async ({ page }) => {
  const email = freshEmail("replayed");
  await door.startAt(page, ENTRA);
  await expect(page.getByLabel("Email")).toBeVisible();
  const cookies = await page.context().cookies(door.origin);
  const arrival = page.waitForRequest((request) =>
    request.url().startsWith(`${door.origin}/api/auth/callback/azure-ad`),
  );
  await answerProvider(page, { email });
  const callback = (await arrival).url();
  await door.expectSignedIn(page, email);
  expect(await door.newRows()).toEqual([expect.objectContaining({ status: "success", cause: null })]);
  const again = await fetch(callback, {
    redirect: "manual",
    headers: { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") },
  });
  expect(again.headers.get("location")).toContain("/sign-in?error=not_finished");
  expect(again.headers.getSetCookie().join()).not.toMatch(/gatebook\.session=[^;]/);
  expect(await door.newRows()).toEqual([
    expect.objectContaining({ status: "failure", failure_reason: "provider_error", cause: "code_refused" }),
  ]);
});

test("a new signing key and claims at userinfo are no faults: the same person signs in", async ({ browser }) => {
  const email = freshEmail("rotated");
  for (const fault of [null, "new_key", "thin_id_token", null] as const) {
    await door.order(fault);
    const page = await browser.newPage();
    await door.signInAt(page, ENTRA, { email });
    await door.expectSignedIn(page, email);
    await page.context().close();
  }
  const rows = await door.newRows();
  expect(rows.map(({ status }) => status)).toEqual(["success", "success", "success", "success"]);
  expect(await door.house.query("select id from users where email = $1", [email])).toHaveLength(1);
});
