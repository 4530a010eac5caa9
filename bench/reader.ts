/** Somebody who reads the history in a real browser, and the production build that they read it in. */
import { hash } from "@node-rs/argon2";
import { type Browser, chromium, type Page } from "@playwright/test";
import pg from "pg";
import { inheritedVariables } from "@/platform/env";
import { type Application, startApplication } from "@/workbench/application";
import { ensureChromium } from "@/workbench/chromium";
import { freePort } from "@/workbench/ports";
import { ensureBuilt } from "@/workbench/production-build";

const EMAIL = "reader@bench.test";
const PASSWORD = "a password for measuring";

/** Lets the reader into a database, with a role in the whole instance. */
export async function addReader(databaseUrl: string, role: "admin" | "auditor"): Promise<void> {
  const passwordHash = await hash(PASSWORD, { memoryCost: 19456, timeCost: 2, parallelism: 1 });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `insert into users (id, email, password_hash, email_verified_at, instance_role)
       values (gen_random_uuid(), $1, $2, now(), $3)`,
      [EMAIL, passwordHash, role],
    );
  } finally {
    await client.end();
  }
}

/** Serves a database from the production build, which is made first where it is stale. @param folder for its files */
export async function serve(
  databaseUrl: string,
  folder: string,
): Promise<{ application: Application; origin: string }> {
  await ensureBuilt(".next", inheritedVariables(), () => {});
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const application = startApplication({
    ...inheritedVariables(),
    NODE_ENV: "production",
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    NEXTAUTH_URL: origin,
    NEXTAUTH_SECRET: "a secret for measuring, of 32 bytes and more",
    GATEBOOK_DATA_DIR: folder,
    LOG_LEVEL: "silent",
  });
  await application.ready;
  return { application, origin };
}

export function launchBrowser(): Promise<Browser> {
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: ensureChromium(), args: sandbox });
}

export async function signInReader(page: Page): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(EMAIL);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}
