/** The end of the process: what was opened last is closed first, and a step that hangs cannot hold the rest of the world. */
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, test, vi } from "vitest";

type Shutdown = typeof import("@/platform/shutdown");

/** A process of its own for each test: the steps hang on `globalThis`. */
async function freshProcess(): Promise<Shutdown> {
  Reflect.deleteProperty(globalThis, Symbol.for("gatebook.shutdown"));
  vi.resetModules();
  return import("@/platform/shutdown");
}

let shutdown: Shutdown;
beforeEach(async () => {
  shutdown = await freshProcess();
});

describe("shutting down", () => {
  test("runs the steps in the reverse order of their registration, one after the other", async () => {
    const log: string[] = [];
    for (const name of ["database", "queue", "server"]) {
      shutdown.onShutdown(name, async () => {
        log.push(`${name} begins`);
        await sleep(5);
        log.push(`${name} ends`);
      });
    }
    expect(await shutdown.runShutdown(5000)).toEqual([]);
    expect(log).toEqual([
      "server begins",
      "server ends",
      "queue begins",
      "queue ends",
      "database begins",
      "database ends",
    ]);
  });

  test("goes on after a step that fails, and names it", async () => {
    const ran: string[] = [];
    shutdown.onShutdown("database", async () => void ran.push("database"));
    shutdown.onShutdown("queue", async () => {
      throw new Error("disk full");
    });
    expect(await shutdown.runShutdown(5000)).toEqual(["queue"]);
    expect(ran).toEqual(["database"]);
  });

  test("goes on after a step that throws at once, without a promise", async () => {
    const ran: string[] = [];
    shutdown.onShutdown("first", async () => void ran.push("first"));
    shutdown.onShutdown("second", () => {
      throw new Error("at once");
    });
    expect(await shutdown.runShutdown(5000)).toEqual(["second"]);
    expect(ran).toEqual(["first"]);
  });

  test("ends at its deadline, and names the step that hangs and those that never came to run", async () => {
    const ran: string[] = [];
    shutdown.onShutdown("database", async () => void ran.push("database"));
    shutdown.onShutdown("queue", () => new Promise<void>(() => {}));
    shutdown.onShutdown("server", async () => void ran.push("server"));
    const started = performance.now();
    expect(await shutdown.runShutdown(50)).toEqual(["database", "queue"]);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(ran).toEqual(["server"]);
  });

  test("does not keep the process waiting for its deadline once all is done", async () => {
    vi.useFakeTimers();
    try {
      shutdown.onShutdown("server", async () => {});
      await shutdown.runShutdown(3_600_000);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test("runs each step once, however often it is asked for", async () => {
    let runs = 0;
    shutdown.onShutdown("server", async () => {
      runs += 1;
    });
    await Promise.all([shutdown.runShutdown(5000), shutdown.runShutdown(5000)]);
    await shutdown.runShutdown(5000);
    expect(runs).toBe(1);
  });

  test("finds steps that another copy of the module has registered, as Next's bundles do", async () => {
    const ran: string[] = [];
    vi.resetModules();
    const copy: Shutdown = await import("@/platform/shutdown");
    expect(copy.onShutdown).not.toBe(shutdown.onShutdown);
    copy.onShutdown("from a bundle", async () => void ran.push("from a bundle"));
    expect(await shutdown.runShutdown(5000)).toEqual([]);
    expect(ran).toEqual(["from a bundle"]);
  });
});
