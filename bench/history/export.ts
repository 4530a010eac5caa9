/** Exports in each format against a plain COPY TO of the same columns, round about, with the memory that they take. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Database } from "@db/connect.server";
import { sql } from "kysely";
import { exportFormats } from "@/audit/export/formats";
import { inheritedVariables } from "@/platform/env";
import { copyOut } from "../copy-out";
import { median, pairedRatio } from "../median";
import type { Bench, Figure } from "../suite";
import { EXPORTED, type Exported } from "./export-process";

const PROGRAM = fileURLToPath(new URL("./export-process.ts", import.meta.url));
const ROUNDS = 3;

/** In a process of its own, so that the memory is the export's. */
async function exportIn(databaseUrl: string, format: string, from: Date): Promise<Exported> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=react-server", "--import", "tsx", PROGRAM, databaseUrl, format, from.toISOString()],
    { env: { ...inheritedVariables(), NODE_ENV: "production" } },
  );
  return JSON.parse(stdout) as Exported;
}

async function copyIn(databaseUrl: string, from: Date): Promise<number> {
  const start = performance.now();
  await copyOut(
    databaseUrl,
    `select event.id, event.occurred_at, event.status, event.failure_reason, event.auth_method, event.second_factor,
            event.provider, event.target_id, account.email, event.claimed_email, event.organization_id, event.ip,
            event.user_agent, event.request_id, event.session_id
       from audit_events event left join users account on account.id = event.target_id
      where event.action = 'signedIn' and event.occurred_at >= '${from.toISOString()}'`,
  );
  return performance.now() - start;
}

/** @param rows that there are */
export async function exportAll(bench: Bench, db: Database, rows: number): Promise<Figure[]> {
  const count = Math.min(EXPORTED, rows);
  const { rows: bounds } = await sql<{ from: Date }>`
    select occurred_at as "from" from audit_events order by occurred_at desc, id desc offset ${count - 1} limit 1`.execute(
    db,
  );
  const from = bounds[0]?.from ?? new Date(0);
  const runs = exportFormats.map((format) => ({ format, exports: [] as Exported[], copies: [] as number[] }));
  for (let round = 0; round < Math.min(ROUNDS, bench.rounds); round += 1) {
    for (const { format, exports, copies } of runs) {
      bench.say(`history, round ${round + 1} of exporting ${count} rows as ${format}`);
      copies.push(await copyIn(bench.databaseUrl, from));
      exports.push(await exportIn(bench.databaseUrl, format, from));
    }
  }
  return runs.flatMap(({ format, exports, copies }) => {
    const rates = exports.map(({ rows, milliseconds }) => (rows / milliseconds) * 1000);
    const baselines = copies.map((milliseconds, round) => ((exports[round]?.rows ?? 0) / milliseconds) * 1000);
    const [first, second] = [median(exports.map((run) => run.first)), median(exports.map((run) => run.second))];
    return [
      {
        name: `export as ${format}, by COPY TO`,
        value: median(rates),
        unit: "events/s",
        baseline: median(baselines),
        ratio: pairedRatio(rates, baselines),
      },
      {
        name: `memory, second half of ${count} rows as ${format}, by the first`,
        value: second,
        unit: "MB",
        baseline: first,
        ratio: second / first,
      },
    ];
  });
}
