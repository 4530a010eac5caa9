/** Counters of this process, for Prometheus. On `globalThis`: a server's bundles load this module separately and share one. */
import { Counter, collectDefaultMetrics, Registry } from "prom-client";

const KEY = Symbol.for("gatebook.metrics");

function create() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    attempts: new Counter({
      name: "gatebook_sign_in_attempts_total",
      help: "Attempts to sign in, by method and outcome.",
      labelNames: ["method", "outcome"],
      registers: [registry],
    }),
    misfits: new Counter({
      name: "gatebook_audit_misfits_total",
      help: "Events that did not fit the catalogue and were written without their details.",
      labelNames: ["action"],
      registers: [registry],
    }),
  };
}

type Shared = { [KEY]?: ReturnType<typeof create> };

export function metrics(): ReturnType<typeof create> {
  const shared = globalThis as Shared;
  shared[KEY] ??= create();
  return shared[KEY];
}
