"use client";
/** What the acts of an administrator on one page have in common: what came of each is said, and the page is asked for again. */
import { useState } from "react";
import { isForbidden, isUnexpected } from "@/trpc/call-error";
import { announce } from "@/ui/status-region.client";

type Refused = { message: string; data?: { reason?: string | null } | null };

/** @param refresh asks for what the page shows once more */
export function useActs(refresh: () => Promise<unknown>) {
  const [problem, setProblem] = useState<string | null>(null);
  return {
    /** Why the last act changed nothing; null when it did, or when that is said beside the page. */
    problem,
    /** Handlers of a mutation. `words` says what came of it; `settled` follows, whatever came of it. */
    handlers: <Result,>(words: (result: Result) => string, settled?: () => void) => ({
      onMutate: () => setProblem(null),
      onSuccess: (result: Result) => announce(words(result)),
      onError: (error: Refused) => {
        if (!isForbidden(error) && !isUnexpected(error)) setProblem(error.message);
      },
      onSettled: async () => {
        settled?.();
        await refresh();
      },
    }),
  };
}
