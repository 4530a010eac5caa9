/** The verbs the journeys are written in. A page that logs an error, or breaks its Content-Security-Policy, fails its test. */
import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import pg from "pg";
import { workbench } from "./workbench";

export type Attempt = {
  status: string;
  auth_method: string | null;
  provider: string | null;
  failure_reason: string | null;
  email: string | null;
  ip: string | null;
  session_id: string | null;
};

type Fixtures = {
  /** Console errors that a test expects, as substrings of their text. */
  expectedErrors: string[];
  /** Runs SQL on the workbench's database. */
  query: <Row extends pg.QueryResultRow>(sql: string, values?: unknown[]) => Promise<Row[]>;
  watched: undefined;
};

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off this pattern, and refuses any other form
  expectedErrors: async ({}, use) => use([]),
  // biome-ignore lint/correctness/noEmptyPattern: as above
  query: async ({}, use) => {
    const client = new pg.Client({ connectionString: workbench.databaseUrl() });
    await client.connect();
    await use(async (sql, values = []) => (await client.query(sql, values)).rows);
    await client.end();
  },
  watched: [
    async ({ context, expectedErrors }, use) => {
      const problems: string[] = [];
      context.on("console", (message) => {
        if (message.type() === "error") problems.push(message.text());
      });
      context.on("weberror", (error) => problems.push(String(error.error())));
      await use(undefined);
      expect(problems.filter((text) => !expectedErrors.some((expected) => text.includes(expected)))).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect } from "@playwright/test";

export async function signInWithPassword(page: Page, email: string, password = workbench.password): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

export async function expectSignedIn(page: Page, email: string): Promise<void> {
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
  const answer = await page.request.get("/api/auth/session");
  expect((await answer.json()).user.email).toBe(email);
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
}

type Message = { id: string; to: string; subject: string; text: string };

/** Waits for a mail to an address that was not there before with a link that leads to `path`, and answers the newest one. */
export async function linkIn(
  page: Page,
  to: string,
  path: string,
  seen: ReadonlySet<string> = new Set(),
): Promise<string> {
  let link = "";
  await expect(async () => {
    const fresh = (await mailTo(page, to)).filter(({ id }) => !seen.has(id));
    const links = fresh.map(({ text }) => /https?:\/\/\S+/.exec(text)?.[0] ?? "");
    link = links.find((one) => one.includes(`${path}?`)) ?? "";
    expect(link).not.toBe("");
  }).toPass({ timeout: 10_000 });
  return link;
}

/** The same of a sign-in link. */
export function newestLink(page: Page, to: string, seen?: ReadonlySet<string>): Promise<string> {
  return linkIn(page, to, "/sign-in/finish", seen);
}

export async function mailTo(page: Page, to: string): Promise<Message[]> {
  const messages: Message[] = await (await page.request.get(`${workbench.inbox}/messages`)).json();
  return messages.filter((message) => message.to === to);
}

/** Asks for a sign-in link on the sign-in page and answers the one that arrives. */
export async function askForLink(page: Page, email: string): Promise<string> {
  const seen = new Set((await mailTo(page, email)).map(({ id }) => id));
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Email me a link" }).click();
  await expect(page).toHaveURL(/\/sign-in\/check-email$/);
  return newestLink(page, email, seen);
}

export async function startSso(page: Page): Promise<void> {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Continue with Acme OpenID" }).click();
  await expect(page).toHaveURL(new RegExp(`^${workbench.provider}`));
}

export type Person = {
  email: string;
  /** Words with commas between them. */
  roles?: string;
  groups?: string;
  subject?: string;
  emailClaim?: "verified" | "unverified" | "missing";
};

/** Fills in the form of the local OpenID provider, or of a tenant of it, that the page shows, and sends it. */
export async function answerProvider(page: Page, { email, emailClaim, ...more }: Person): Promise<void> {
  await page.getByLabel("Email").fill(email);
  if (emailClaim !== undefined || Object.keys(more).length > 0) {
    await page.getByText("What else it says of you").click();
    if (more.roles !== undefined) await page.getByLabel("Roles").fill(more.roles);
    if (more.groups !== undefined) await page.getByLabel("Groups").fill(more.groups);
    if (more.subject !== undefined) await page.getByLabel("Subject").fill(more.subject);
    if (emailClaim !== undefined) await page.getByLabel("Claim of the address").selectOption(emailClaim);
  }
  await page.getByRole("button", { name: "Sign in" }).click();
}

export async function signInWithSso(page: Page, person: string | Person): Promise<void> {
  await startSso(page);
  await answerProvider(page, typeof person === "string" ? { email: person } : person);
}

/** An address that no other test uses. */
export function freshEmail(name: string): string {
  return `${name}-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}@visitor.test`;
}

/** A user of its own for a test that changes one: verified, with the workbench's password. Answers the email. */
export async function freshPasswordUser(query: Fixtures["query"], name: string): Promise<string> {
  const email = freshEmail(name);
  await query(
    `insert into users (id, email, password_hash, password_changed_at, email_verified_at)
     select gen_random_uuid(), $1, password_hash, now(), now() from users where email = 'member@acme.test'`,
    [email],
  );
  return email;
}

export async function inNewContext<T>(context: BrowserContext, work: (page: Page) => Promise<T>): Promise<T> {
  const browser = context.browser();
  if (!browser) throw new Error("the context has no browser");
  const fresh = await browser.newContext({ baseURL: workbench.origin });
  try {
    return await work(await fresh.newPage());
  } finally {
    await fresh.close();
  }
}

/** That axe finds nothing wrong. In one go and in the page itself: there is no frame of another origin here to look into. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`)).toEqual([]);
}

export async function expectNoSidewaysScroll(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 900 });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `sideways scroll at ${width} px`).toBeLessThanOrEqual(0);
}
