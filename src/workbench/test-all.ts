/** `npm test`: every suite one after the other, all of them even when one fails, and one line that sums them up. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { inheritedVariables } from "@/platform/env";
import { ensureChromium } from "./chromium";

type Count = { passed: number; failed: number; skipped: number };
type Suite = { name: string; command: string[]; count?: (succeeded: boolean) => Count };

const ROOT = join(import.meta.dirname, "../..");
const reports = mkdtempSync(join(tmpdir(), "gatebook-reports-"));
const vitestReport = join(reports, "vitest.json");
const journeysReport = join(reports, "journeys.json");

const bin = (path: string) => join(ROOT, "node_modules", path);
const REACT_SERVER = "--conditions=react-server";

const vitestShape = z.object({ numPassedTests: z.number(), numFailedTests: z.number(), numPendingTests: z.number() });
const journeysShape = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
});

/** A suite that failed without counting a failed test (it crashed, or a hook threw) counts as one. */
function honest(count: Count, succeeded: boolean): Count {
  return !succeeded && count.failed === 0 ? { ...count, failed: 1 } : count;
}

function readReport<T extends z.ZodType>(file: string, shape: T): z.infer<T> | null {
  try {
    return shape.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

const suites: Suite[] = [
  { name: "route types", command: [bin("next/dist/bin/next"), "typegen"] },
  { name: "types", command: [bin("typescript/bin/tsc"), "--noEmit"] },
  { name: "lint and format", command: [bin("@biomejs/biome/bin/biome"), "check", "--error-on-warnings", "."] },
  {
    name: "import rules",
    command: [
      bin("dependency-cruiser/bin/dependency-cruiser.mjs"),
      "--config",
      ".dependency-cruiser.cjs",
      "src",
      "db",
      "e2e",
      "bench",
    ],
  },
  { name: "database types", command: [REACT_SERVER, "--import", "tsx", "src/workbench/db-types.ts", "--check"] },
  {
    name: "queries of the history",
    command: [REACT_SERVER, "--import", "tsx", "src/workbench/history-queries.ts", "--check"],
  },
  {
    name: "unit and database tests",
    command: [
      REACT_SERVER,
      bin("vitest/vitest.mjs"),
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${vitestReport}`,
    ],
    count: (succeeded) => {
      const report = readReport(vitestReport, vitestShape);
      const { numPassedTests: passed = 0, numFailedTests: failed = 0, numPendingTests: skipped = 0 } = report ?? {};
      return honest({ passed, failed, skipped }, succeeded);
    },
  },
  {
    name: "journeys in a browser",
    command: [bin("@playwright/test/cli.js"), "test"],
    count: (succeeded) => {
      const {
        expected = 0,
        unexpected = 0,
        flaky = 0,
        skipped = 0,
      } = readReport(journeysReport, journeysShape)?.stats ?? {};
      return honest({ passed: expected, failed: unexpected + flaky, skipped }, succeeded);
    },
  },
];

function runSuite(suite: Suite, variables: NodeJS.ProcessEnv): Count {
  process.stdout.write(`\n=== ${suite.name}\n`);
  const started = Date.now();
  const { status } = spawnSync(process.execPath, suite.command, { cwd: ROOT, stdio: "inherit", env: variables });
  const succeeded = status === 0;
  process.stdout.write(
    `=== ${suite.name}: ${succeeded ? "passed" : "FAILED"} in ${Math.round((Date.now() - started) / 1000)} s\n`,
  );
  return suite.count?.(succeeded) ?? { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0 };
}

function main(): number {
  const variables = {
    ...inheritedVariables(),
    NODE_ENV: "test" as const,
    CHROMIUM_PATH: ensureChromium(),
    NEXT_TELEMETRY_DISABLED: "1",
    PLAYWRIGHT_JSON_OUTPUT_FILE: journeysReport,
  };
  const total: Count = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of suites) {
    const count = runSuite(suite, variables);
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
  }
  rmSync(reports, { recursive: true, force: true });
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed${skipped}\n`);
  return total.failed === 0 ? 0 : 1;
}

process.exitCode = main();
