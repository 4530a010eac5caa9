/**
 * The developer's PostgreSQL: a real server from npm, its data in `<data folder>/postgres`, kept over restarts.
 * It listens on 127.0.0.1 only.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectionProblem, databaseUrl, ensureDatabase } from "./databases";
import { isTaken, PortTakenError } from "./ports";
import { type Account, commandFor, type Launch, launchAs, postgresAccount } from "./postgres-account";
import {
  configure,
  endPostmaster,
  giveTo,
  initialize,
  postmaster,
  programs,
  SUPERUSER,
  serverEnvironment,
  writeSecret,
  writtenPid,
} from "./postgres-cluster";
import { isAlive } from "./processes";

export { createDatabase, dropDatabase } from "./databases";

export type PostgresOptions = {
  /** The workbench's folder; the cluster is its subfolder `postgres`. */
  dataDir: string;
  port: number;
  /** Takes what a person should know: a server left behind, a server that went away. */
  onLog?: (line: string) => void;
  /** Server settings over the usual ones. */
  settings?: Record<string, string>;
};

export type Postgres = {
  /** The superuser's connection to the database `gatebook`. */
  url: string;
  /** Ends the server in order; also one that somebody else has started on the same data meanwhile. */
  stop(): Promise<void>;
  /** Ends the server at once: sessions are cut and the next start recovers from the log. */
  stopAtOnce(): void;
};

const DATABASE = "gatebook";
const START_PATIENCE_MS = 120_000;
const LOG_LIMIT = 16 * 1024 * 1024;

/** Makes way on data that an earlier run did not close: it may still be served, or its number be a stranger's today. */
export async function stopLeftBehind(dataDir: string, onLog: (line: string) => void): Promise<void> {
  const cluster = join(resolve(dataDir), "postgres");
  const pid = writtenPid(cluster);
  if (pid === null || !isAlive(pid)) return;
  if (postmaster(cluster) === null) {
    // The server would take the stranger for a sister on the same data and refuse to start.
    rmSync(join(cluster, "postmaster.pid"), { force: true });
    return;
  }
  onLog("Stopping the PostgreSQL that an earlier run left behind.");
  await endPostmaster(cluster);
}

/** Starts the server with its messages going to a file, which outlives a workbench that is killed. */
function startServer(
  bin: string,
  cluster: string,
  logFile: string,
  account: Account | null,
  launch: Launch,
): ChildProcess {
  if (existsSync(logFile) && statSync(logFile).size > LOG_LIMIT) renameSync(logFile, `${logFile}.old`);
  const log = openSync(logFile, "a");
  try {
    giveTo(account, logFile, 0o600);
    const [command, args] = commandFor(launch, join(bin, "postgres"), "-D", cluster);
    // A group of its own: Ctrl-C in the terminal must not reach it before the application has stopped.
    return spawn(command, args, {
      ...launch.as,
      cwd: "/",
      env: serverEnvironment(),
      detached: true,
      stdio: ["ignore", log, log],
    });
  } finally {
    closeSync(log);
  }
}

async function untilReady(url: string, server: ChildProcess, logFile: string): Promise<void> {
  let failure: string | null = null;
  server.once("error", (error) => {
    failure = error.message;
  });
  server.once("exit", (code, name) => {
    failure = `it ended with ${name ?? `code ${code}`}`;
  });
  const deadline = Date.now() + START_PATIENCE_MS;
  let problem = await connectionProblem(url);
  while (problem !== null && failure === null && Date.now() < deadline) {
    await sleep(50);
    problem = await connectionProblem(url);
    // A wrong password does not become right by waiting.
    if (problem === "28P01") failure = "it refuses the password in postgres-password";
  }
  if (problem === null) return;
  const tail = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-12).join("\n");
  throw new Error(`PostgreSQL did not start: ${failure ?? problem}. The end of ${logFile}:\n${tail}`);
}

/**
 * Starts the server, and makes its cluster and the database `gatebook` at the first time.
 * A server that a killed workbench left behind on the same data is stopped first.
 * @throws PortTakenError, or an Error that carries the server's own last words
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const onLog = options.onLog ?? (() => {});
  const dataDir = resolve(options.dataDir);
  const cluster = join(dataDir, "postgres");
  const passwordFile = join(dataDir, "postgres-password");
  const logFile = join(dataDir, "postgres.log");
  const bin = programs();

  mkdirSync(dataDir, { recursive: true });
  await stopLeftBehind(dataDir, onLog);
  if (await isTaken(options.port)) throw new PortTakenError([{ port: options.port, variable: "DB_PORT" }]);

  const account = postgresAccount(cluster, onLog);
  if (!existsSync(cluster)) initialize(bin, cluster, passwordFile, account);
  configure(cluster, options.port, options.settings ?? {}, account);
  const password = readFileSync(passwordFile, "utf8").trim();
  const maintenanceUrl = `postgres://${SUPERUSER}:${password}@127.0.0.1:${options.port}/postgres`;
  const url = databaseUrl(maintenanceUrl, DATABASE);

  let stopping = false;
  const launch = launchAs(account, join(bin, "postgres"), cluster);
  const server = startServer(bin, cluster, logFile, account, launch);
  try {
    await untilReady(maintenanceUrl, server, logFile);
    await ensureDatabase(maintenanceUrl, DATABASE);
  } catch (error) {
    await endPostmaster(cluster);
    throw error;
  }
  writeSecret(join(dataDir, "database-url"), `${url}\n`);
  server.once("exit", (code, name) => {
    if (stopping) return;
    const again = commandFor(launch, join(bin, "pg_ctl"), "-D", cluster, "-l", logFile, "start").flat().join(" ");
    onLog(`PostgreSQL is away (${name ?? `code ${code}`}). Everything else goes on. To start it again: ${again}`);
  });

  return {
    url,
    async stop() {
      stopping = true;
      await endPostmaster(cluster);
    },
    stopAtOnce() {
      stopping = true;
      const pid = postmaster(cluster);
      if (pid !== null) process.kill(pid, "SIGQUIT");
    },
  };
}
