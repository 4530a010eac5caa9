/** TanStack Query's client of a browser tab: what becomes of a call that failed. */
import type { QueryClient } from "@tanstack/react-query";
import { isForbidden, isUnexpected } from "@/trpc/call-error";
import { newQueryClient } from "@/trpc/query-client";

function retry(count: number, error: Error): boolean {
  return count < 2 && isUnexpected(error);
}

/**
 * A query that failed keeps its old data, and its component says so. One that is forbidden is thrown: what is not to be
 * seen gives way to the page's error boundary. Of mutations, components show the refusals that they expect; the rest goes
 * to `onMutationProblem`.
 */
export function browserQueryClient(onMutationProblem: (error: unknown) => void): QueryClient {
  const client = newQueryClient();
  const defaults = client.getDefaultOptions();
  client.setDefaultOptions({ ...defaults, queries: { ...defaults.queries, retry, throwOnError: isForbidden } });
  client.getMutationCache().config.onError = (error) => {
    if (isForbidden(error) || isUnexpected(error)) onMutationProblem(error);
  };
  return client;
}
