/** What a server process does before it serves: error reports, the schema, the partitions ahead, the password decoy. */
import "server-only";
import { database, isOutage } from "@db/connect.server";
import { migrateToLatest } from "@db/migrate";
import * as Sentry from "@sentry/nextjs";
import { prepareDecoy } from "@/account/passwords.server";
import { keepCounts } from "@/audit/counts/keeper.server";
import { onMisfit } from "@/audit/event";
import { ensurePartitions } from "@/audit/partitions.store.server";
import { startAuditQueue } from "@/audit/queue/process-queue.server";
import { servePasswordsDirectly } from "@/auth/http/direct.server";
import { startSignInPolicy } from "@/auth/policy/sign-in-policy.server";
import { SessionUnavailable } from "@/auth/session-errors";
import { env } from "@/platform/env";
import { log } from "@/platform/log";
import { metrics } from "@/platform/metrics";
import { report } from "@/platform/report.server";
import { reportOptions } from "@/platform/sentry-options";
import { onShutdown } from "@/platform/shutdown";

const RETRY_MS = 5000;
const DAY_MS = 24 * 3600 * 1000;

function startSentry(): void {
  const dsn = env().SENTRY_DSN;
  if (!dsn) return;
  Sentry.init({ ...reportOptions(dsn), skipOpenTelemetrySetup: true });
}

async function prepareDatabase(): Promise<void> {
  const applied = await migrateToLatest(env().DATABASE_URL);
  if (applied.length > 0) log().info({ applied }, "migrations applied");
  await ensurePartitions(database());
  await startSignInPolicy();
}

/** A database that is away does not keep the server from starting: it answers 503 and tries again. */
async function prepareDatabaseOrRetry(): Promise<void> {
  try {
    await prepareDatabase();
  } catch (error) {
    if (!isOutage(error)) throw error;
    log().error({ err: error }, `the database is away; trying again in ${RETRY_MS / 1000} s`);
    const timer = setTimeout(() => {
      prepareDatabaseOrRetry().catch((later: unknown) =>
        log().fatal({ err: later }, "the database could not be prepared"),
      );
    }, RETRY_MS);
    timer.unref();
  }
}

export async function startServer(): Promise<void> {
  startSentry();
  onMisfit((action, fields) => {
    metrics().misfits.inc({ action });
    log().error({ action, fields }, "an event did not fit the catalogue: its details were left out");
    report(new Error("An event did not fit the catalogue."), { action });
  });
  startAuditQueue();
  // In development the route file serves, which is loaded anew when it changes.
  if (env().NODE_ENV === "production") servePasswordsDirectly();
  await Promise.all([prepareDatabaseOrRetry(), prepareDecoy()]);
  const partitions = setInterval(() => {
    ensurePartitions(database()).catch((error: unknown) =>
      log().error({ err: error }, "partitions could not be made ahead"),
    );
  }, DAY_MS);
  partitions.unref();
  const endCounting = keepCounts(database, (error) => {
    log().error({ err: error }, "the counts of sign-ins could not be brought up to date");
    report(error, { task: "sign-in counts" });
  });
  onShutdown("database connections", async () => {
    clearInterval(partitions);
    await endCounting();
    await database().destroy();
  });
}

/** Errors that Next caught while rendering. An outage is expected and has its own page. */
export function reportRenderError(error: unknown, context: Record<string, string>): void {
  // By its name: the class may come from another bundle.
  if (error instanceof Error && error.name === SessionUnavailable.name) return;
  log().error({ err: error, ...context }, "a page or route failed");
  report(error, context);
}
