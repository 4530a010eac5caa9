/**
 * As whom PostgreSQL runs. It refuses root, so root starts it as another user; and where that user cannot reach the
 * folder of the clone (a home of mode 0700, say), the process is lent the one capability that lets it look in.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";

export type Account = { uid: number; gid: number };

/** How a PostgreSQL program is started: the words in front of its own command line, and the user for `spawn`. */
export type Launch = { prefix: string[]; as: Partial<Account> };

const NAME = "postgres";

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function lookUp(name: string): Account | null {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

/**
 * The account that owns `cluster`, or will; null when it is the present one.
 * Root makes the system user `postgres` where the machine has none, as every distribution's package does.
 */
export function postgresAccount(cluster: string, onLog: (line: string) => void): Account | null {
  const owner = existsSync(cluster) ? statSync(cluster) : null;
  if (!isRoot()) {
    if (owner && process.getuid && owner.uid !== process.getuid()) {
      throw new Error(
        `The databases in ${cluster} belong to another user (id ${owner.uid}), and PostgreSQL serves its own user's only: ` +
          "run this as that user or as root, remove the folder, or set GATEBOOK_DATA_DIR to another one.",
      );
    }
    return null;
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const known = lookUp(NAME);
  if (known) return known;
  onLog(`PostgreSQL refuses to run as root: adding the system user "${NAME}" for it.`);
  try {
    execFileSync("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/bin/sh", NAME], {
      stdio: ["ignore", "ignore", "pipe"],
    });
  } catch (error) {
    throw new Error(
      `PostgreSQL refuses to run as root, and the user "${NAME}" could not be added for it ` +
        `(${error instanceof Error ? error.message.trim() : String(error)}). Run this as an ordinary user, or add that user first.`,
    );
  }
  const added = lookUp(NAME);
  if (!added)
    throw new Error(`The user "${NAME}" was added, but /etc/passwd does not list it. Run this as an ordinary user.`);
  return added;
}

/** The command and the arguments to give to `spawn`. */
export function commandFor(launch: Launch, program: string, ...args: string[]): [string, string[]] {
  const [command = program, ...rest] = [...launch.prefix, program, ...args];
  return [command, rest];
}

function works(launch: Launch, program: string, ...args: string[]): boolean {
  return spawnSync(...commandFor(launch, program, ...args), { ...launch.as, cwd: "/", stdio: "ignore" }).status === 0;
}

/** Of the two capabilities that open a closed folder, the lesser one this process has (containers often keep only one). */
function spareCapability(): string | null {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  const held = BigInt(`0x${effective ?? "0"}`);
  if (held & (1n << 2n)) return "+dac_read_search";
  if (held & (1n << 1n)) return "+dac_override";
  return null;
}

/**
 * Finds a way to run `program` on `folder` as `account`. Where util-linux is, a server started this way also
 * ends when the workbench is killed, instead of staying behind.
 */
export function launchAs(account: Account | null, program: string, folder: string): Launch {
  const onLinux = process.platform === "linux";
  const setpriv = (...args: string[]): Launch => ({ prefix: ["setpriv", ...args, "--pdeathsig", "INT", "--"], as: {} });
  if (!account) {
    const tethered = setpriv();
    return onLinux && works(tethered, program, "--version") ? tethered : { prefix: [], as: {} };
  }
  const user = ["--reuid", String(account.uid), "--regid", String(account.gid), "--clear-groups"];
  const capability = onLinux ? spareCapability() : null;
  const candidates = [
    setpriv(...user),
    // The secure bit lets access(2), by which PostgreSQL looks at its own programs, count the capability too.
    ...(capability
      ? [setpriv(...user, "--securebits", "+no_setuid_fixup", "--inh-caps", capability, "--ambient-caps", capability)]
      : []),
    { prefix: [], as: account },
  ];
  const found = candidates.find((launch) =>
    works(launch, "/bin/sh", "-c", '"$0" --version && test -w "$1"', program, folder),
  );
  if (found) return found;
  throw new Error(
    `PostgreSQL refuses to run as root, and the user with id ${account.uid} that would run it cannot reach ${folder} ` +
      `or ${program}. Move the clone to a folder that others may enter, run this as an ordinary user, or install util-linux (setpriv).`,
  );
}
