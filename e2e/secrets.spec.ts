/** A whole journey, and in none of the bytes that the browser was sent a secret that it has no business with. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, freshEmail, freshPasswordUser, signInWithPassword, signInWithSso, signOut, test } from "./fixtures";
import { type Recorded, startRecordingProxy } from "./recording-proxy";
import { workbench } from "./workbench";

const NEXT_PASSWORD = "a password of the journey";
const PAGES = ["/account", "/account/activity", "/account/sessions", "/account/security"];
const ADMIN_PAGES = ["/dev/session", "/admin/sign-ins", "/admin/sign-ins?status=failure"];
const SESSION_COOKIE = /^gatebook\.session=([^;]+)/;

/** Asks from within the page: what Playwright asks by itself does not go through the proxy. */
async function expectSignedIn(page: Page, email: string): Promise<void> {
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
  const session = await page.evaluate(async () => (await fetch("/api/auth/session")).json());
  expect(session.user.email).toBe(email);
}

async function visit(page: Page, paths: string[]): Promise<void> {
  for (const path of paths) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.waitForLoadState("load");
  }
}

function fileOf(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(workbench.dataDir, name), "utf8"));
}

/** The tokens that the local provider has given out: they are the names under which it keeps them. */
function providerTokens(): string[] {
  return Object.keys(fileOf("openid-provider.json")).flatMap((key) => {
    const [, token] = /^(?:.+\/)?(?:AccessToken|RefreshToken|AuthorizationCode):(.+)$/.exec(key) ?? [];
    return token ? [token] : [];
  });
}

/** Every text in a file of settings; of a ring of keys, each key by itself. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value, ...value.split(",").map((part) => part.replace(/^[^:]*:/, ""))];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Where a text occurs: the addresses of the answers whose headers or body hold it. */
function whereSaid(answers: Recorded[], text: string, except?: (header: [string, string]) => boolean): string[] {
  const spellings = [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)];
  return answers
    .filter(({ headers, body }) =>
      [body, ...headers.filter((header) => !except?.(header)).map(([, value]) => value)].some((said) =>
        spellings.some((spelling) => said.includes(spelling)),
      ),
    )
    .map(({ url }) => url);
}

test("no token, hash, password or key of ours in any byte sent to the browser", async ({
  browser,
  query,
  expectedErrors,
}) => {
  expectedErrors.push("404");
  const proxy = await startRecordingProxy();
  const context = await browser.newContext({ baseURL: workbench.origin, proxy: { server: proxy.url } });
  const page = await context.newPage();

  const visitor = freshEmail("secret");
  await signInWithSso(page, visitor);
  await expectSignedIn(page, visitor);
  await visit(page, PAGES);
  await signOut(page);

  const changer = await freshPasswordUser(query, "secret-password");
  await signInWithPassword(page, changer, "not this one");
  await signInWithPassword(page, changer);
  await expectSignedIn(page, changer);
  await visit(page, PAGES);
  await page.getByLabel("Current password", { exact: true }).fill(workbench.password);
  await page.getByLabel("New password", { exact: true }).fill(NEXT_PASSWORD);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password is changed")).toBeVisible();
  await visit(page, PAGES);
  await signOut(page);

  await signInWithPassword(page, "admin@acme.test");
  await expectSignedIn(page, "admin@acme.test");
  await visit(page, [...PAGES, ...ADMIN_PAGES]);
  await signOut(page);
  await context.close();
  await proxy.close();

  const answers = proxy.answers.filter(({ url }) => url.startsWith(workbench.origin));
  const said = (paths: RegExp) => answers.filter(({ url, status }) => paths.test(url) && status < 400);
  // It has seen what it was to see: pages, calls, scripts, the callback of the provider.
  for (const paths of [/\/account\/security$/, /\/api\/trpc\//, /\.js$/, /\/api\/auth\/callback\/openid\?code=/]) {
    expect(said(paths).length, String(paths)).toBeGreaterThan(0);
  }
  expect(answers.reduce((sum, { body }) => sum + body.length, 0)).toBeGreaterThan(500_000);

  expect(whereSaid(answers, visitor).length, "what is no secret is found").toBeGreaterThan(PAGES.length);

  const hashes = await query<{ password_hash: string }>(
    "select distinct password_hash from users where password_hash is not null",
  );
  await expect.poll(() => providerTokens().length).toBeGreaterThanOrEqual(2);
  const secrets = new Set([
    ...providerTokens(),
    ...textsIn(fileOf("app-secrets.json")),
    ...textsIn({ ...fileOf("openid-provider-keys.json"), signingKey: null }),
    ...hashes.flatMap(({ password_hash }) => [password_hash, ...password_hash.split("$").slice(-2)]),
    workbench.password,
    NEXT_PASSWORD,
    readFileSync(join(workbench.dataDir, "database-url"), "utf8").trim(),
  ]);
  expect(secrets.size).toBeGreaterThan(10);
  for (const secret of secrets) {
    expect(secret.length, "too short to look for").toBeGreaterThan(15);
    expect(whereSaid(answers, secret), `${secret.slice(0, 4)}…`).toEqual([]);
  }

  // The list of common passwords is the server's.
  expect(whereSaid(answers, "1qaz2wsx")).toEqual([]);

  // An id token is a signed JWT, which nothing here has a reason to send; the session's is an encrypted one.
  for (const { url, headers, body } of answers) {
    for (const text of [body, ...headers.map(([, value]) => value)])
      expect(/eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/.exec(text)?.[0], url).toBeUndefined();
  }

  const isSetCookie = ([name, value]: [string, string]) =>
    name.toLowerCase() === "set-cookie" && SESSION_COOKIE.test(value);
  const tokens = answers.flatMap(({ headers }) =>
    headers.filter(isSetCookie).map(([, value]) => SESSION_COOKIE.exec(value)?.[1] ?? ""),
  );
  // Three sign-ins and a changed password.
  expect(new Set(tokens).size).toBeGreaterThanOrEqual(4);
  for (const token of new Set(tokens)) expect(whereSaid(answers, token, isSetCookie)).toEqual([]);
});
