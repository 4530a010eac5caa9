/** Take-overs of accounts, tried in a browser; `src/auth/takeovers.db.test.ts` has all of their spellings. */
import { test } from "@playwright/test";
import { expect, freshEmail } from "../fixtures";
import { ACME, ENTRA, TwoProviders } from "./two-providers";

let door: TwoProviders;
test.beforeAll(async () => {
  door = await TwoProviders.open();
});
test.afterAll(() => door.close());

const EXISTS = /An account with that address already exists here/;

async function identitiesOf(email: string): Promise<string[]> {
  const rows = await door.house.query<{ provider: string }>(
    "select provider from accounts join users on users.id = user_id where email = $1",
    [email],
  );
  return rows.map(({ provider }) => provider);
}

test("an account registered in advance with somebody's address does not take them in", async ({ page }) => {
  const email = "unverified@acme.test";
  await door.signInAt(page, ACME, { email });
  const row = { failure_reason: "account_not_linked", provider: "openid", target: email, claimed_email: email };
  await door.expectRefused(page, EXISTS, row);
  await door.signInAt(page, ACME, { email, emailClaim: "unverified" });
  await door.expectRefused(page, EXISTS, row);
  expect(await identitiesOf(email)).toEqual([]);
});

test("the same address at a second provider opens nothing", async ({ page, browser }) => {
  const email = freshEmail("owner");
  await door.signInAt(page, ACME, { email });
  await door.expectSignedIn(page, email);
  expect((await door.newRows()).map(({ status }) => status)).toEqual(["success"]);
  const other = await browser.newPage();
  // Typed in capitals: an address has one form here.
  await door.signInAt(other, ENTRA, { email: email.toUpperCase() });
  const row = { failure_reason: "account_not_linked", provider: "azure-ad", target: email, claimed_email: email };
  await door.expectRefused(other, EXISTS, row);
  expect(await identitiesOf(email)).toEqual(["openid"]);
  await other.context().close();
});

test("an address that changes at the provider moves no identity, in neither direction", async ({ browser }) => {
  const [email, victim, subject] = [freshEmail("mallory"), "owner@globex.test", "mallory-7"];
  for (const claimed of [email, victim]) {
    const page = await browser.newPage();
    await door.signInAt(page, ENTRA, { email: claimed, subject });
    await door.expectSignedIn(page, email);
    expect(await door.newRows()).toEqual([
      expect.objectContaining({ status: "success", target: email, claimed_email: claimed }),
    ]);
    await page.context().close();
  }
  expect(await identitiesOf(victim)).toEqual([]);
  const heir = await browser.newPage();
  await door.signInAt(heir, ENTRA, { email, subject: "somebody-else" });
  await door.expectRefused(heir, EXISTS, { failure_reason: "account_not_linked", target: email });
  await heir.context().close();
});
