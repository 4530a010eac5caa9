/** Counters of this process, for Prometheus. */
import { Counter, collectDefaultMetrics, Registry } from "prom-client";
import { processWide } from "@/platform/process-wide";

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

export function metrics(): ReturnType<typeof create> {
  return processWide("metrics", create);
}
