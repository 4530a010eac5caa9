/** `npm run dev` and `npm run demo`: everything Gatebook needs, in one process tree that one Ctrl-C ends. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { migrateToLatest } from "@db/migrate";
import { seedDemo } from "@db/seed";
import { z } from "zod";
import { inheritedVariables } from "@/platform/env";
import { applicationVariables, type Mode, startApplication } from "./application";
import { banner } from "./banner";
import { claimDataFolder } from "./data-folder";
import { startInbox } from "./inbox";
import { readOrMake } from "./kept-file";
import { startOpenIdProvider } from "./openid-provider";
import { isTaken, PortTakenError } from "./ports";
import { startPostgres, stopLeftBehind } from "./postgres";
import { ensureBuilt } from "./production-build";
import { PORT_VARIABLES, readSettings, type Settings } from "./settings";
import { Teardown } from "./teardown";
import { startEchoUpstream } from "./upstream";

const secretsShape = z.object({ NEXTAUTH_SECRET: z.string(), GATEBOOK_KEYS: z.string() });

function makeSecrets(): z.infer<typeof secretsShape> {
  return {
    NEXTAUTH_SECRET: randomBytes(33).toString("base64"),
    GATEBOOK_KEYS: `k1:${randomBytes(32).toString("base64")}`,
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function checkPorts(settings: Settings): Promise<void> {
  const taken = [];
  for (const variable of PORT_VARIABLES) {
    if (await isTaken(settings[variable])) taken.push({ port: settings[variable], variable });
  }
  if (taken.length > 0) throw new PortTakenError(taken);
}

/** Starts all parts in their order; each is handed to `teardown` as soon as it runs. */
async function start(mode: Mode, teardown: Teardown): Promise<void> {
  const inherited = inheritedVariables();
  const settings = readSettings(inherited);
  const dataDir = settings.GATEBOOK_DATA_DIR;
  const origin = `http://localhost:${settings.PORT}`;

  const folder = await claimDataFolder(dataDir, say);
  teardown.add({ stop: async () => folder.release() });
  await stopLeftBehind(dataDir, say);
  await checkPorts(settings);

  if (mode === "demo") {
    await ensureBuilt(settings.GATEBOOK_DIST_DIR, inherited, (kill) =>
      teardown.add({ stop: async () => kill(), kill }),
    );
    teardown.check();
  }

  const postgres = await startPostgres({ dataDir, port: settings.DB_PORT, onLog: say });
  teardown.add({ stop: postgres.stop, kill: postgres.stopAtOnce });
  teardown.check();
  await migrateToLatest(postgres.url);
  await seedDemo(postgres.url, settings.GATEBOOK_DEMO_PASSWORD);
  teardown.check();

  const upstream = await startEchoUpstream({ port: settings.UPSTREAM_PORT });
  teardown.add(upstream);
  const inbox = await startInbox({ httpPort: settings.INBOX_PORT, smtpPort: settings.SMTP_PORT, dataDir });
  teardown.add(inbox);
  const provider = await startOpenIdProvider({
    port: settings.IDP_PORT,
    dataDir,
    appOrigin: origin,
    redirectUris: settings.IDP_REDIRECT_URIS,
    tokenTtlSeconds: settings.IDP_TOKEN_TTL_S,
    onLog: say,
  });
  teardown.add(provider);
  teardown.check();

  const offered = {
    ...readOrMake(join(dataDir, "app-secrets.json"), secretsShape, makeSecrets),
    NEXTAUTH_URL: origin,
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: provider.clientId,
    OIDC_CLIENT_SECRET: provider.clientSecret,
    OIDC_DISPLAY_NAME: "Acme OpenID",
    SMTP_URL: `smtp://127.0.0.1:${settings.SMTP_PORT}`,
    EMAIL_FROM: "Gatebook <no-reply@acme.test>",
    SESSION_INSPECTOR: "on",
    SSO_CONNECTIONS: "on",
    SSO_ALLOWED_HOSTS: "localhost",
    PROXY_UPSTREAM_URL: `http://localhost:${settings.UPSTREAM_PORT}`,
    NEXT_TELEMETRY_DISABLED: "1",
  };
  const application = startApplication(
    applicationVariables(offered, inherited, {
      NODE_ENV: mode === "demo" ? "production" : "development",
      PORT: String(settings.PORT),
      DATABASE_URL: postgres.url,
      GATEBOOK_DATA_DIR: dataDir,
      GATEBOOK_DIST_DIR: settings.GATEBOOK_DIST_DIR,
    }),
  );
  folder.noteApplication(application.pid);
  teardown.add({ stop: application.stop, kill: application.kill });
  await application.ready;
  void application.ended.then((how) => teardown.fail(`The application is gone: ${how}. Stopping the rest.`));
  say(banner(settings, origin));
}

const mode = process.argv[2];
if (mode !== "dev" && mode !== "demo") {
  process.stderr.write('The workbench runs as "npm run dev" or "npm run demo".\n');
  process.exit(2);
}
const teardown = new Teardown();
teardown.run(() => start(mode, teardown));
