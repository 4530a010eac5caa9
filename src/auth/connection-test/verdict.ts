/** What a test's result comes down to. Pure: shared by server and client, which gets results as they were read. */
import type { Problem, Step, TestResult } from "@/auth/connection-test/result";

export type Verdict = "untested" | "failed" | "passed";

/** The first thing that is wrong, or null. */
export function firstProblem(result: TestResult): { step: Step | "round_trip"; problem: Problem } | null {
  const failed = result.checked?.checks.find(({ outcome }) => outcome === "failed");
  if (failed?.problem) return { step: failed.step, problem: failed.problem };
  return result.roundTrip?.problem ? { step: "round_trip", problem: result.roundTrip.problem } : null;
}

export function verdictOf(result: TestResult | null): Verdict {
  if (!result) return "untested";
  return firstProblem(result) ? "failed" : "passed";
}
