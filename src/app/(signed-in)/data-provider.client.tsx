"use client";
/** The data of the pages behind the sign-in: the typed hooks, and what a failed mutation tells the person. */
import type { ReactNode } from "react";
import { isForbidden, requestIdOf } from "@/trpc/call-error";
import { TrpcProvider } from "@/trpc/provider.client";
import { showToast, Toasts } from "@/ui/toasts.client";

function tellProblem(error: unknown): void {
  const reference = requestIdOf(error) ?? undefined;
  if (isForbidden(error)) {
    const text = error instanceof Error ? error.message : "";
    showToast({ tone: "warning", title: "You don't have permission to do that", text, reference });
  } else if (reference) {
    const text = "Something went wrong on our side, and it may not have been saved. It has been noted.";
    showToast({ tone: "failure", title: "That didn't work", text, reference });
  } else {
    const text = "Gatebook can't be reached, and it may not have been saved. Check your connection, then try again.";
    showToast({ tone: "failure", title: "That didn't work", text });
  }
}

export function DataProvider({ inspected, children }: { inspected: boolean; children: ReactNode }) {
  return (
    <TrpcProvider inspected={inspected} onMutationProblem={tellProblem}>
      {children}
      <Toasts />
    </TrpcProvider>
  );
}
