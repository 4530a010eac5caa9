/** Where the journeys find their workbench: free ports and a data folder that is new in every run. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureChromium } from "../src/workbench/chromium";

/** Six ports that are free now. Asked of a child, because a configuration file is read without waiting. */
function freePorts(): string {
  const script = `const { createServer } = require("node:net");
    const servers = Array.from({ length: 6 }, () => createServer().listen(0));
    setImmediate(() => { console.log(servers.map((server) => server.address().port).join()); process.exit(); });`;
  return execFileSync(process.execPath, ["-e", script], { encoding: "utf8" }).trim();
}

// The configuration is loaded again in every worker: the first one to load it decides for all.
process.env.GATEBOOK_E2E_DATA ??= mkdtempSync(join(tmpdir(), "gatebook-e2e-"));
process.env.GATEBOOK_E2E_PORTS ??= freePorts();
process.env.CHROMIUM_PATH ??= ensureChromium();

const distDir = process.env.GATEBOOK_DIST_DIR || ".next";
const dataDir = process.env.GATEBOOK_E2E_DATA;
const [app, provider, inbox, upstream, smtp, database] = process.env.GATEBOOK_E2E_PORTS.split(",").map(Number);
const ports = { app, provider, inbox, upstream, smtp, database };

export const workbench = {
  origin: `http://localhost:${ports.app}`,
  provider: `http://localhost:${ports.provider}`,
  inbox: `http://localhost:${ports.inbox}`,
  chromium: process.env.CHROMIUM_PATH,
  /** The folder of the production build that is served. */
  build: join(import.meta.dirname, "..", distDir),
  distDir,
  dataDir,
  password: "correct horse battery staple",
  variables: {
    GATEBOOK_DATA_DIR: dataDir,
    PORT: String(ports.app),
    IDP_PORT: String(ports.provider),
    INBOX_PORT: String(ports.inbox),
    UPSTREAM_PORT: String(ports.upstream),
    SMTP_PORT: String(ports.smtp),
    DB_PORT: String(ports.database),
    LOG_LEVEL: "warn",
  },
  databaseUrl: () => readFileSync(join(dataDir, "database-url"), "utf8").trim(),
  /** What a connection to the local OpenID provider needs besides its issuer or authority host. */
  providerClient: (): { clientId: string; clientSecret: string } =>
    JSON.parse(readFileSync(join(dataDir, "openid-client.json"), "utf8")),
  /** The issuer of a tenant of the local OpenID provider, which any name makes one. */
  tenantIssuer: (tenant: string) => `http://localhost:${ports.provider}/${tenant}/v2.0`,
};
