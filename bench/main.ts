/**
 * `npm run bench -- [SUITE...] [--json] [--quick]`: starts a PostgreSQL of its own in a temporary folder, runs the
 * suites (all when none is named) and prints their figures, as a table or as one JSON object a line. The suites: `queue`,
 * `sign-in`, `calls`, `live` (the list while attempts come in), `page` (how soon the console is there, and answers),
 * `history`. `--quick` measures a tenth of the rows, in two rounds.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { migrateToLatest } from "@db/migrate";
import { freePort } from "@/workbench/ports";
import { startPostgres } from "@/workbench/postgres";
import { callsSuite } from "./calls";
import { historySuite } from "./history";
import { liveSuite } from "./live";
import { pageSuite } from "./page";
import { queueSuite } from "./queue";
import { signInSuite } from "./sign-in";
import type { Figure, Suite } from "./suite";

const SUITES: Suite[] = [queueSuite, signInSuite, callsSuite, liveSuite, pageSuite, historySuite];
const ROUNDS = 15;

function print(figure: Figure, json: boolean): void {
  const number = (value: number) => (value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString("en"));
  const line = json
    ? JSON.stringify(figure)
    : `${figure.name.padEnd(64)}${number(figure.value).padStart(9)} ${figure.unit.padEnd(10)} baseline ${number(figure.baseline).padStart(9)}   ratio ${figure.ratio.toFixed(2)}`;
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean", default: false }, quick: { type: "boolean", default: false } },
  });
  const unknown = positionals.filter((name) => !SUITES.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    throw new Error(`There is no suite ${unknown.join(", ")}; there is ${SUITES.map(({ name }) => name).join(", ")}.`);
  }
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  const folder = await mkdtemp(join(tmpdir(), "gatebook-bench-"));
  try {
    // Its commits are durable, as in production: that is what is measured.
    const postgres = await startPostgres({ dataDir: folder, port: await freePort(), onLog: say });
    try {
      await migrateToLatest(postgres.url);
      for (const suite of SUITES) {
        if (positionals.length > 0 && !positionals.includes(suite.name)) continue;
        const figures = await suite.run({
          databaseUrl: postgres.url,
          folder: join(folder, suite.name),
          rounds: values.quick ? 2 : ROUNDS,
          scale: values.quick ? 0.1 : 1,
          say,
        });
        for (const figure of figures) print(figure, values.json);
      }
    } finally {
      await postgres.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
