"use client";
/** Gives client components their typed hooks, and every failed call its one way to the person. One client per browser tab. */
import { QueryClientProvider } from "@tanstack/react-query";
import { httpBatchLink, httpSubscriptionLink, splitLink, type TRPCLink } from "@trpc/client";
import { type ReactNode, useState } from "react";
import superjson from "superjson";
import { browserQueryClient } from "@/trpc/browser-query-client";
import { callLogLink } from "@/trpc/call-log.client";
import { trpc } from "@/trpc/hooks.client";
import type { AppRouter } from "@/trpc/router.server";
import { signInAgainLink } from "@/trpc/sign-in-again.client";

const url = "/api/trpc";
/** As many as the server takes in one request. */
const MAX_BATCH = 20;

/** @param logged whether the calls are noted for the session inspector */
function links(logged: boolean): TRPCLink<AppRouter>[] {
  return [
    ...(logged ? [callLogLink] : []),
    signInAgainLink,
    splitLink({
      condition: (op) => op.type === "subscription",
      true: httpSubscriptionLink({ url, transformer: superjson }),
      false: httpBatchLink({ url, transformer: superjson, maxItems: MAX_BATCH }),
    }),
  ];
}

type TrpcProviderProps = {
  /** Whether the session inspector is there, which shows the calls of this tab. */
  inspected: boolean;
  /** Told of a mutation that was forbidden or failed unexpectedly. Must not change. */
  onMutationProblem: (error: unknown) => void;
  children: ReactNode;
};

export function TrpcProvider({ inspected, onMutationProblem, children }: TrpcProviderProps) {
  const [queryClient] = useState(() => browserQueryClient(onMutationProblem));
  const [client] = useState(() => trpc.createClient({ links: links(inspected) }));
  return (
    <trpc.Provider client={client} queryClient={queryClient}>
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
    </trpc.Provider>
  );
}
