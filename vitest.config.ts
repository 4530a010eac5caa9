/** Unit and database tests. Browser journeys are Playwright's. */
import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: { "@": join(import.meta.dirname, "src"), "@db": join(import.meta.dirname, "db") },
  },
  ssr: {
    resolve: {
      conditions: ["react-server", "node"],
      externalConditions: ["react-server", "module-sync", "node"],
    },
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}", "db/**/*.test.ts"],
    // Server modules import "server-only", which lets them in under this condition alone.
    execArgv: ["--conditions=react-server"],
    globalSetup: ["src/workbench/test-postgres.ts"],
    setupFiles: ["src/workbench/test-setup.ts"],
    // Most of a database test is waiting for the database: more of them than cores keep those busy.
    maxWorkers: 5,
    restoreMocks: true,
    unstubEnvs: true,
    // Tells a hang, not a slow machine: some tests start several processes, on two cores that others use too.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: {
      NODE_ENV: "test",
      LOG_LEVEL: "silent",
      NEXTAUTH_URL: "http://localhost:3000",
      NEXTAUTH_SECRET: "a secret for tests only, long enough to pass",
      // Nobody listens there: a test that forgets to bring its own database fails at once.
      DATABASE_URL: "postgres://nobody@127.0.0.1:1/nowhere",
    },
  },
});
