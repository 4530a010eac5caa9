/**
 * The journeys: a real Chromium against `npm run demo` on free ports, in a data folder of its own. Beside them the
 * faults, whose servers and databases are stopped and killed.
 */
import { defineConfig } from "@playwright/test";
import { workbench } from "./e2e/workbench";

export default defineConfig({
  testDir: "./e2e",
  fullyParallel: false,
  // Two at once, and never two of one project: the journeys share a workbench, each fault has a house of its own.
  workers: 2,
  projects: [
    { name: "journeys", testMatch: "*.spec.ts", testIgnore: "faults/**", workers: 1 },
    { name: "faults", testMatch: "faults/*.spec.ts", workers: 1 },
  ],
  retries: 0,
  timeout: 90_000,
  // Tells what never comes, not a machine that others use too.
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [
    ["list"],
    ["json", { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ?? "test-results/journeys.json" }],
  ],
  use: {
    baseURL: workbench.origin,
    locale: "en-GB",
    timezoneId: "UTC",
    launchOptions: {
      executablePath: workbench.chromium,
      args: [
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--disable-quic",
      ],
    },
  },
  webServer: {
    command: "npm run demo",
    url: `${workbench.origin}/sign-in`,
    timeout: 300_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 20_000 },
    env: workbench.variables,
    stdout: "pipe",
  },
});
