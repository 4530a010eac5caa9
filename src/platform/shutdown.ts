/** What must be finished before the process ends. */
import { processWide } from "@/platform/process-wide";

type Step = { name: string; run: () => Promise<void> };
const steps = processWide("shutdown", (): Step[] => []);

/** Registers a step; steps run in the reverse order of their registration, each once. */
export function onShutdown(name: string, run: () => Promise<void>): void {
  steps.push({ name, run });
}

/** Runs all steps within `deadlineMs`. Answers the names of those that failed or did not finish. */
export async function runShutdown(deadlineMs: number): Promise<string[]> {
  const unfinished = new Set(steps.map((step) => step.name));
  const all = (async () => {
    for (let step = steps.pop(); step; step = steps.pop()) {
      try {
        await step.run();
        unfinished.delete(step.name);
      } catch {
        // Stays in `unfinished`: the caller reports it.
      }
    }
  })();
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    all,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    }),
  ]);
  clearTimeout(timer);
  return [...unfinished];
}
