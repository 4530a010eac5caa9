/** The database goes away and comes back: sign-in fails closed, nobody is signed out, and the book misses nothing. */
import { expect, test } from "@playwright/test";
import { startOpenIdProvider } from "../../src/workbench/openid-provider";
import { freePort } from "../../src/workbench/ports";
import { Client, mixedLoad } from "./client";
import { House } from "./house";
import { differences, expectTrueBook } from "./oracle";

let house: House;
test.beforeEach(async () => {
  house = await House.open();
});
test.afterEach(() => house.close());

test("stopped and started under load: every answer has its one row once it is back", async () => {
  const { origin } = await house.serve();
  const client = new Client(origin);
  let stopped = false;
  const load = mixedLoad([client], 24, () => stopped);
  const told = (test: (error: string | null) => boolean) =>
    client.journal.filter((entry) => entry.told && test(entry.told.error)).length;
  await expect.poll(() => told((error) => error !== "unavailable"), { timeout: 20_000 }).toBeGreaterThan(100);
  await house.stopDatabase();
  await expect.poll(() => told((error) => error === "unavailable"), { timeout: 20_000 }).toBeGreaterThan(50);
  await house.startDatabase();
  const before = told((error) => error === null);
  await expect.poll(() => told((error) => error === null), { timeout: 20_000 }).toBeGreaterThan(before + 10);
  stopped = true;
  await load;
  await expectTrueBook(house, client.journal);
});

test("an attempt during the outage fails closed and is in the table seconds after", async () => {
  const { origin } = await house.serve();
  const client = new Client(origin);
  await client.attempt("wrong");
  await house.stopDatabase();
  const refused = await client.attempt("right");
  expect(refused.told).toMatchObject({ error: "unavailable", session: null });
  const page = await fetch(`${origin}/sign-in?error=unavailable&requestId=${refused.requestId}`);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("Signing in isn");
  await house.startDatabase();
  await expect.poll(() => differences(house, client.journal), { timeout: 15_000 }).toEqual([]);
  const rows = await house.query(
    "select failure_reason, details->>'cause' as cause from audit_events where request_id = $1",
    [refused.requestId],
  );
  expect(rows).toEqual([{ failure_reason: "internal_error", cause: "database_unavailable" }]);
});

test("single sign-on during the outage fails closed with a page, and is in the table seconds after", async ({
  page,
}) => {
  const [port, issuerPort] = [await freePort(), await freePort()];
  const provider = await startOpenIdProvider({
    port: issuerPort,
    dataDir: house.dataDir,
    appOrigin: `http://localhost:${port}`,
    tokenTtlSeconds: 3600,
  });
  try {
    const { origin } = await house.serve({
      PORT: String(port),
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: provider.clientId,
      OIDC_CLIENT_SECRET: provider.clientSecret,
      OIDC_DISPLAY_NAME: "Acme OpenID",
    });
    await page.goto(`${origin}/sign-in`);
    await page.getByRole("button", { name: "Continue with Acme OpenID" }).click();
    await page.getByLabel("Email").fill("newcomer@acme.test");
    await house.stopDatabase();
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(/\/sign-in\?.*error=unavailable/);
    await expect(page.getByRole("alert").first()).toContainText("Signing in isn");
    expect((await page.context().cookies()).filter(({ name }) => name === "gatebook.session")).toEqual([]);
    await house.startDatabase();
    const rows = () =>
      house.query(
        "select status, auth_method, provider, details->>'cause' as cause from audit_events where action = 'signedIn'",
      );
    await expect
      .poll(rows, { timeout: 15_000 })
      .toEqual([{ status: "failure", auth_method: "sso", provider: "openid", cause: "database_unavailable" }]);
    expect(await house.query("select id from users where email = 'newcomer@acme.test'")).toEqual([]);
  } finally {
    await provider.stop();
  }
});

test("rows journaled by a server that was then killed are replayed by the next one", async () => {
  const server = await house.serve();
  const client = new Client(server.origin);
  await client.attempt("wrong");
  await house.stopDatabase();
  await Promise.all(Array.from({ length: 60 }, () => client.attempt("bad_csrf")));
  await house.kill(server);
  await house.startDatabase();
  await house.serve();
  await expectTrueBook(house, client.journal);
});

test("an outage is not a sign-out", async () => {
  const { origin } = await house.serve();
  const client = new Client(origin);
  const { told } = await client.attempt("right");
  const cookie = told?.session ?? "";
  expect((await (await client.session(cookie)).json()).user.email).toBe("member@acme.test");
  await house.stopDatabase();
  const during = await client.session(cookie);
  expect(during.status).toBe(503);
  expect(during.headers.get("retry-after")).not.toBeNull();
  expect(during.headers.getSetCookie()).toEqual([]);
  const call = await fetch(`${origin}/api/trpc/session.current`, { headers: { cookie: `gatebook.session=${cookie}` } });
  expect(call.status).toBe(503);
  const ready = await fetch(`${origin}/api/health/ready`);
  expect([ready.status, (await ready.json()).database]).toEqual([503, "down"]);
  await house.startDatabase();
  const after = await client.session(cookie);
  expect((await after.json()).user.email).toBe("member@acme.test");
});

test("without a journal, sign-in fails closed and says so", async () => {
  const { origin } = await house.serve({ AUDIT_JOURNAL: "off" });
  const client = new Client(origin);
  await client.attempt("wrong");
  await house.stopDatabase();
  expect((await client.attempt("bad_csrf")).told).toMatchObject({ error: "unavailable", session: null });
});
