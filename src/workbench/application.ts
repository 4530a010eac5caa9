/** The application server as a child of the workbench, and the variables it gets. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { endProcess, signal } from "./processes";

export type Mode = "dev" | "demo";
type Variables = Record<string, string | undefined>;

/** The folder of the repository. */
export const ROOT = join(import.meta.dirname, "..", "..");

/** A part of the workbench, as a sign-in provider, is offered whole or not at all: nobody mixes two providers. */
const OIDC_IDENTITY = ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_DISPLAY_NAME"];

/**
 * The child's variables: what the workbench offers, over it what the developer has set, over it what cannot be
 * otherwise here (the database is always the embedded one). A variable set to nothing counts as set: it switches off.
 */
export function applicationVariables(offered: Variables, inherited: Variables, fixed: Variables): Variables {
  const ownProvider = OIDC_IDENTITY.slice(0, 3).some((name) => inherited[name] !== undefined);
  const usable = Object.entries(offered).filter(([name]) => !(ownProvider && OIDC_IDENTITY.includes(name)));
  return { ...Object.fromEntries(usable), ...inherited, ...fixed };
}

export type Application = {
  pid: number;
  /** Resolves when it listens; rejects when it ends before. */
  ready: Promise<void>;
  /** Resolves when it has ended, with how. */
  ended: Promise<string>;
  /** Lets it finish what is under way, then ends it and whatever it has started. */
  stop(): Promise<void>;
  kill(): void;
};

/** Ends what is left of a process group: a bundler's workers may outlive their parent. */
export function killGroup(pid: number): void {
  // A group of that number exists only while a member lives, so a stranger is never hit.
  signal(-pid, "SIGKILL");
}

function describeEnd(code: number | null, name: NodeJS.Signals | null): string {
  return name === null ? `it ended with code ${code ?? "unknown"}` : `it was ended by ${name}`;
}

/** Starts src/server.ts in a process group of its own, so that Ctrl-C in the terminal reaches the workbench alone. */
export function startApplication(variables: Variables): Application {
  const child: ChildProcess = spawn(process.execPath, ["--import", "tsx", join("src", "server.ts")], {
    cwd: ROOT,
    env: variables as NodeJS.ProcessEnv,
    detached: true,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, name) => resolve(describeEnd(code, name)));
  });
  const listening = new Promise<void>((resolve) => {
    child.on("message", (message) => {
      if ((message as { type?: unknown }).type === "ready") resolve();
    });
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("The application could not be started: no process could be made.");
  return {
    pid,
    ended,
    ready: Promise.race([
      listening,
      ended.then((how) => {
        throw new Error(`The application did not start: ${how}. What it said is above.`);
      }),
    ]),
    async stop() {
      await endProcess(pid, [
        ["SIGTERM", 15_000],
        ["SIGKILL", 5000],
      ]);
      await ended;
      killGroup(pid);
    },
    kill: () => killGroup(pid),
  };
}
