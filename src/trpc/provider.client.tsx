"use client";
/** Gives client components their typed hooks. One query client per browser tab. */
import { QueryClientProvider } from "@tanstack/react-query";
import { httpBatchLink, TRPCClientError } from "@trpc/client";
import { type ReactNode, useState } from "react";
import superjson from "superjson";
import { trpc } from "@/trpc/hooks.client";
import { newQueryClient } from "@/trpc/query-client";

/** Sends a person whose session is over to the sign-in page, and back to where they were. */
function leaveIfSignedOut(error: unknown): void {
  if (!(error instanceof TRPCClientError) || error.data?.code !== "UNAUTHORIZED") return;
  const here = `${window.location.pathname}${window.location.search}`;
  window.location.assign(`/sign-in?callbackUrl=${encodeURIComponent(here)}`);
}

function retry(count: number, error: Error): boolean {
  const status = error instanceof TRPCClientError ? error.data?.httpStatus : undefined;
  return count < 2 && (status === undefined || status >= 500);
}

export function TrpcProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(() => {
    const client = newQueryClient();
    client.setDefaultOptions({
      ...client.getDefaultOptions(),
      queries: { ...client.getDefaultOptions().queries, retry },
    });
    client.getQueryCache().config.onError = leaveIfSignedOut;
    client.getMutationCache().config.onError = leaveIfSignedOut;
    return client;
  });
  const [client] = useState(() =>
    trpc.createClient({ links: [httpBatchLink({ url: "/api/trpc", transformer: superjson })] }),
  );
  return (
    <trpc.Provider client={client} queryClient={queryClient}>
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
    </trpc.Provider>
  );
}
