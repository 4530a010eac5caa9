/**
 * Sign-ins a second through the whole of Gatebook (limits, session, audit rows, all committed) against bare NextAuth
 * with the same argon2id, and against argon2id alone. The three take turns in every round.
 */
import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { hash } from "@node-rs/argon2";
import pg from "pg";
import { inheritedVariables } from "@/platform/env";
import { type Application, startApplication } from "@/workbench/application";
import { freePort } from "@/workbench/ports";
import { ensureBuilt } from "@/workbench/production-build";
import { signInRate, type Target } from "./load";
import { median, pairedRatio } from "./median";
import type { Bench, Figure, Suite } from "./suite";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..");
const NEXT = join(ROOT, "node_modules/next/dist/bin/next");
const BARE = join(ROOT, "bench/bare");
const PASSWORD = "a password for measuring";
const PEOPLE = Array.from({ length: 64 }, (_, n) => `person-${n}@bench.test`);
const CLIENTS = [8, 32];

async function addPeople(databaseUrl: string, passwordHash: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    `insert into users (id, email, password_hash, email_verified_at)
     select gen_random_uuid(), email, $2, now() from unnest($1::text[]) email on conflict do nothing`,
    [PEOPLE, passwordHash],
  );
  await client.end();
}

function environment(extra: Record<string, string>): NodeJS.ProcessEnv {
  return { ...inheritedVariables(), NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", ...extra };
}

async function startGatebook(bench: Bench): Promise<{ target: Target; application: Application }> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const application = startApplication({
    ...environment({}),
    PORT: String(port),
    DATABASE_URL: bench.databaseUrl,
    NEXTAUTH_URL: origin,
    NEXTAUTH_SECRET: "a secret for measuring, of 32 bytes and more",
    GATEBOOK_DATA_DIR: bench.folder,
    LOG_LEVEL: "silent",
  });
  await application.ready;
  return { target: { origin, emails: PEOPLE, password: PASSWORD }, application };
}

async function startBare(passwordHash: string): Promise<{ target: Target; stop: () => void }> {
  await run(process.execPath, [NEXT, "build", BARE], { env: environment({}) });
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const child = spawn(process.execPath, [NEXT, "start", BARE, "-p", String(port)], {
    env: environment({ NEXTAUTH_URL: origin, NEXTAUTH_SECRET: "a secret for measuring", BARE_HASH: passwordHash }),
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (text: Buffer) => text.includes("Ready") && resolve());
    child.once("exit", () => reject(new Error("The bare NextAuth application did not start.")));
  });
  return { target: { origin, emails: PEOPLE, password: PASSWORD }, stop: () => child.kill() };
}

async function argon2Rate(clients: number, seconds: number): Promise<number> {
  const script = join(ROOT, "bench/argon2-limit.ts");
  const { stdout } = await run(process.execPath, ["--import", "tsx", script, String(clients), String(seconds)]);
  return Number(stdout);
}

async function measure(bench: Bench): Promise<Figure[]> {
  const passwordHash = await hash(PASSWORD, { memoryCost: 19456, timeCost: 2, parallelism: 1 });
  await addPeople(bench.databaseUrl, passwordHash);
  await ensureBuilt(".next", inheritedVariables(), () => {});
  const bare = await startBare(passwordHash);
  const gatebook = await startGatebook(bench);
  const seconds = Math.max(1, 3 * bench.scale);
  const figures: Figure[] = [];
  try {
    for (const clients of CLIENTS) {
      const ours: number[] = [];
      const theirs: number[] = [];
      const alone: number[] = [];
      // One turn each that is not counted: connections, compiled code, the first pages of memory.
      await signInRate(gatebook.target, clients, 1);
      await signInRate(bare.target, clients, 1);
      for (let round = 0; round < bench.rounds; round += 1) {
        bench.say(`sign-in: ${clients} clients, round ${round + 1} of ${bench.rounds}`);
        ours.push(await signInRate(gatebook.target, clients, seconds));
        theirs.push(await signInRate(bare.target, clients, seconds));
        alone.push(await argon2Rate(clients, seconds));
      }
      const figure = (against: string, baseline: number[]): Figure => ({
        name: `sign-in, ${clients} clients, against ${against}`,
        value: median(ours),
        unit: "requests/s",
        baseline: median(baseline),
        ratio: pairedRatio(ours, baseline),
      });
      figures.push(figure("bare NextAuth", theirs), figure("argon2id alone", alone));
    }
  } finally {
    bare.stop();
    await gatebook.application.stop();
  }
  return figures;
}

export const signInSuite: Suite = { name: "sign-in", run: measure };
