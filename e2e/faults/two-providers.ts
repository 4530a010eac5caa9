/** A server of a test's own where two providers sign people in: the workbench's, and a tenant of it that can have faults. */
import { expect, type Page } from "@playwright/test";
import type { Fault } from "../../src/workbench/openid-faults";
import { type OpenIdProvider, startOpenIdProvider } from "../../src/workbench/openid-provider";
import { freePort } from "../../src/workbench/ports";
import { answerProvider, type Person } from "../fixtures";
import { House } from "./house";

export const ACME = "Acme OpenID";
export const ENTRA = "Microsoft Entra ID";

/** Stands in for Microsoft Entra, by the authority host. */
const TENANT = "contoso";

export type Row = {
  id: string;
  status: string;
  failure_reason: string | null;
  cause: string | null;
  provider: string;
  claimed_email: string | null;
  /** The email of the account that it was about. */
  target: string | null;
};

export class TwoProviders {
  private readonly seen = new Set<string>();

  private constructor(
    readonly house: House,
    readonly origin: string,
    private readonly provider: OpenIdProvider,
  ) {}

  static async open(): Promise<TwoProviders> {
    const house = await House.open();
    const [port, issuerPort] = [await freePort(), await freePort()];
    const provider = await startOpenIdProvider({
      port: issuerPort,
      dataDir: house.dataDir,
      appOrigin: `http://localhost:${port}`,
      tokenTtlSeconds: 3600,
    });
    const { origin } = await house.serve({
      PORT: String(port),
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: provider.clientId,
      OIDC_CLIENT_SECRET: provider.clientSecret,
      OIDC_DISPLAY_NAME: ACME,
      AZUREAD_AUTHORITY_HOST: provider.issuer,
      AZUREAD_TENANT_ID: TENANT,
      AZUREAD_CLIENT_ID: provider.clientId,
      AZUREAD_CLIENT_SECRET: provider.clientSecret,
    });
    return new TwoProviders(house, origin, provider);
  }

  async close(): Promise<void> {
    await this.provider.stop();
    await this.house.close();
  }

  /** Has the tenant do something wrong, until it is told otherwise. */
  async order(fault: Fault | null): Promise<void> {
    const body = JSON.stringify({ tenant: TENANT, fault });
    expect((await fetch(`${this.provider.issuer}/faults`, { method: "POST", body })).status).toBe(200);
  }

  /** The `signedIn` rows since it was last asked. */
  async newRows(): Promise<Row[]> {
    const rows = await this.house.query<Row>(
      `select event.id, status, failure_reason, details->>'cause' as cause, provider, claimed_email, email as target
         from audit_events event left join users on users.id = target_id
        where action = 'signedIn' order by occurred_at`,
    );
    const fresh = rows.filter(({ id }) => !this.seen.has(id));
    for (const { id } of fresh) this.seen.add(id);
    return fresh;
  }

  async startAt(page: Page, name: string): Promise<void> {
    await page.goto(`${this.origin}/sign-in`);
    await page.getByRole("button", { name: `Continue with ${name}` }).click();
  }

  async signInAt(page: Page, name: string, person: Person): Promise<void> {
    await this.startAt(page, name);
    await answerProvider(page, person);
  }

  async expectSignedIn(page: Page, email: string): Promise<void> {
    await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
    expect((await (await page.request.get(`${this.origin}/api/auth/session`)).json()).user.email).toBe(email);
  }

  /** The page says so, the one row since says why, and the browser has no session. */
  async expectRefused(page: Page, sentence: RegExp, row: Partial<Row>): Promise<void> {
    await expect(page.getByRole("alert").first()).toContainText(sentence);
    await expect(page.getByRole("heading", { level: 1, name: "Sign in to Gatebook" })).toBeVisible();
    expect(await this.newRows()).toEqual([expect.objectContaining({ status: "failure", ...row })]);
    expect((await page.context().cookies()).filter(({ name }) => name.endsWith("gatebook.session"))).toEqual([]);
  }
}
