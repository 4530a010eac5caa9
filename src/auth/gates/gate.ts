import type { Attempt, Refusal } from "@/auth/attempt/attempt";

/** One check on the way in. Answers null to let the attempt pass to the next gate, or why it may not. */
export type Gate = {
  readonly name: string;
  check(attempt: Attempt): Promise<Refusal | null> | Refusal | null;
};
