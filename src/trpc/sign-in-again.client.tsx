"use client";
/** The one place that deals with UNAUTHORIZED, whatever was called: the sign-in page, and back to where the person was. */
import type { TRPCLink } from "@trpc/client";
import { observable, tap } from "@trpc/server/observable";
import { isSignedOut } from "@/trpc/call-error";
import type { AppRouter } from "@/trpc/router.server";

/** Several calls may learn of it at once. */
let leaving = false;

function leave(): void {
  if (leaving) return;
  leaving = true;
  const here = `${window.location.pathname}${window.location.search}`;
  window.location.assign(`/sign-in?callbackUrl=${encodeURIComponent(here)}`);
}

// The browser may bring this very page back from its cache.
if (typeof window !== "undefined") {
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
}

export const signInAgainLink: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) =>
    observable((observer) =>
      next(op)
        .pipe(tap({ error: (error) => isSignedOut(error) && leave() }))
        .subscribe(observer),
    );
