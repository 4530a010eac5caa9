/**
 * Calls of procedures: what the session costs, against `getServerSession` with default options, and what the audit row
 * of a mutation costs, against the same UPDATE without one. All in one application, round about.
 */
import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { encode } from "next-auth/jwt";
import pg from "pg";
import { encodeSessionToken } from "@/auth/session-token";
import { inheritedVariables } from "@/platform/env";
import { freePort } from "@/workbench/ports";
import { median, pairedRatio, quantile } from "./median";
import type { Run } from "./producers";
import type { Bench, Figure, Suite } from "./suite";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..");
const NEXT = join(ROOT, "node_modules/next/dist/bin/next");
const APP = join(ROOT, "bench/calls");
const SECRET = "a secret for measuring, of 32 bytes and more";
const CLIENTS = [1, 32];

type Call = "nothing" | "session" | "bareSession" | "unaudited" | "audited";
const CALLS: Call[] = ["nothing", "bareSession", "session", "unaudited", "audited"];
/** Which call is held against which. */
const PAIRS: [call: Call, against: Call, name: string][] = [
  ["session", "nothing", "query with a session against one without"],
  ["session", "bareSession", "revocable session against bare getServerSession"],
  ["audited", "unaudited", "audited mutation against the same without"],
];

/** One user for each client, so that rows are not what the clients wait for. Answers their sessions' ids. */
async function addPeople(databaseUrl: string, count: number): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const sessions: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const [user, session] = [randomUUID(), randomUUID()];
    await client.query("insert into users (id, email) values ($1, $2)", [user, `${user}@bench.test`]);
    await client.query(
      `insert into sessions (id, user_id, auth_method, provider, created_at, last_used_at, expires_at)
       values ($1, $2, 'password', 'credentials', now(), now(), now() + interval '12 hours')`,
      [session, user],
    );
    sessions.push(session);
  }
  await client.end();
  return sessions;
}

async function startApp(databaseUrl: string): Promise<{ origin: string; stop: () => void }> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const env = {
    ...inheritedVariables(),
    NODE_ENV: "production" as const,
    NEXT_TELEMETRY_DISABLED: "1",
    DATABASE_URL: databaseUrl,
    NEXTAUTH_URL: origin,
    NEXTAUTH_SECRET: SECRET,
    LOG_LEVEL: "silent",
  };
  await run(process.execPath, [NEXT, "build", APP], { env });
  const child = spawn(process.execPath, [NEXT, "start", APP, "-p", String(port)], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (text: Buffer) => text.includes("Ready") && resolve());
    child.once("exit", () => reject(new Error("The application of the benchmark did not start.")));
  });
  return { origin, stop: () => child.kill() };
}

function send(agent: Agent, url: string, method: string, cookie: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { cookie, ...(method === "POST" ? { "content-type": "application/json" } : {}) };
    const sent = request(url, { agent, method, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("error", reject);
      answer.on("end", () => {
        const body = Buffer.concat(parts).toString();
        if (answer.statusCode === 200) resolve(body);
        else reject(new Error(`${url} answered ${answer.statusCode}: ${body.slice(0, 200)}`));
      });
    });
    sent.on("error", reject);
    sent.end(method === "POST" ? "{}" : undefined);
  });
}

/** Calls from so many clients at once for so long; each answer must be a success. */
async function load(origin: string, call: Call, cookies: string[], clients: number, seconds: number): Promise<Run> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const method = call === "audited" || call === "unaudited" ? "POST" : "GET";
  const times: number[] = [];
  const started = performance.now();
  await Promise.all(
    cookies.slice(0, clients).map(async (cookie) => {
      while (performance.now() - started < seconds * 1000) {
        const before = performance.now();
        await send(agent, `${origin}/api/calls/${call}`, method, cookie);
        times.push(performance.now() - before);
      }
    }),
  );
  const elapsed = (performance.now() - started) / 1000;
  agent.destroy();
  return { rate: times.length / elapsed, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

async function measure(bench: Bench): Promise<Figure[]> {
  const sessions = await addPeople(bench.databaseUrl, Math.max(...CLIENTS));
  const app = await startApp(bench.databaseUrl);
  const ours = await Promise.all(
    sessions.map(async (sid) => `gatebook.session=${await encodeSessionToken({ sid }, SECRET, 12 * 3600)}`),
  );
  const theirs = await Promise.all(
    sessions.map(async (sub) => {
      const token = { sub, name: "A person", email: `${sub}@bench.test` };
      return `next-auth.session-token=${await encode({ token, secret: SECRET })}`;
    }),
  );
  const seconds = Math.max(0.5, 2 * bench.scale);
  const figures: Figure[] = [];
  try {
    for (const clients of CLIENTS) {
      const runs = Object.fromEntries(CALLS.map((call) => [call, [] as Run[]])) as Record<Call, Run[]>;
      const turn = (call: Call, length: number) =>
        load(app.origin, call, call === "bareSession" ? theirs : ours, clients, length);
      for (const call of CALLS) await turn(call, 1);
      for (let round = 0; round < bench.rounds; round += 1) {
        bench.say(`calls: ${clients} clients, round ${round + 1} of ${bench.rounds}`);
        // Whoever goes first in one round goes last in the next.
        for (const call of round % 2 === 0 ? CALLS : CALLS.toReversed()) runs[call].push(await turn(call, seconds));
      }
      for (const [call, against, name] of PAIRS) {
        for (const key of ["rate", "p50", "p99"] as const) {
          const [values, baseline] = [runs[call].map((one) => one[key]), runs[against].map((one) => one[key])];
          figures.push({
            name: `${name}, ${clients} clients, ${key}`,
            value: median(values),
            unit: key === "rate" ? "requests/s" : "ms",
            baseline: median(baseline),
            ratio: pairedRatio(values, baseline),
          });
        }
      }
    }
  } finally {
    app.stop();
  }
  return figures;
}

export const callsSuite: Suite = { name: "calls", run: measure };
