/** For tests: starts flat-out.ts as a process and keeps the books on what it was told: the oracle of the fault tests. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { inheritedVariables } from "@/platform/env";

export class FlatOutProcess {
  /** Names of rows whose receipts resolved, as this process learned of it. */
  readonly acknowledged: string[] = [];
  committed = 0;
  journaled = 0;
  /** No row beyond this has been enqueued. */
  sent = 0;
  private readonly watchers = new Set<() => void>();
  private readonly exited: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    this.exited = once(child, "exit");
    if (!child.stdout) throw new Error("the process has no output to read");
    createInterface({ input: child.stdout }).on("line", (text) => this.note(text));
  }

  /** Starts it. Rows are named `word-0`, `word-1` and so on. */
  static start(word: string, databaseUrl: string, dataDir: string, producers = 64): FlatOutProcess {
    const program = fileURLToPath(new URL("./flat-out.ts", import.meta.url));
    const variables = {
      ...inheritedVariables(),
      NODE_ENV: "test" as const,
      LOG_LEVEL: "silent",
      DATABASE_URL: databaseUrl,
      GATEBOOK_DATA_DIR: dataDir,
    };
    const args = ["--conditions=react-server", "--import", "tsx", program, word, String(producers)];
    return new FlatOutProcess(spawn(process.execPath, args, { env: variables, stdio: ["ignore", "pipe", "inherit"] }));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  private note(text: string): void {
    const [kind, ...words] = text.split(" ");
    if (kind === "sent") this.sent = Number(words[0]);
    else {
      this.acknowledged.push(...words);
      if (kind === "committed") this.committed += words.length;
      else this.journaled += words.length;
    }
    for (const watcher of this.watchers) watcher();
  }

  /** Resolves when the condition holds; looked at whenever the process has said something. */
  until(condition: (books: FlatOutProcess) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const watcher = () => {
        if (!condition(this)) return;
        this.watchers.delete(watcher);
        resolve();
      };
      this.watchers.add(watcher);
      watcher();
    });
  }

  /** No warning, no clean-up. Resolves when all that it had said is noted. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended();
  }

  /** As a deployment ends it: what waits is made durable first. Answers the exit code. */
  async stop(): Promise<number | null> {
    this.child.kill("SIGTERM");
    await this.ended();
    return this.child.exitCode;
  }

  private async ended(): Promise<void> {
    const output = this.child.stdout;
    await Promise.all([this.exited, output && !output.closed ? once(output, "close") : undefined]);
  }
}
