"use client";
/** The calls of this browser tab, newest first, for the session inspector. Neither inputs nor answers are kept. */
import type { Operation, TRPCLink } from "@trpc/client";
import { observable, tap } from "@trpc/server/observable";
import { useSyncExternalStore } from "react";
import { codeOf, requestIdOf, requestIdOfMeta } from "@/trpc/call-error";
import type { AppRouter } from "@/trpc/router.server";

export type Call = {
  id: number;
  path: string;
  kind: Operation["type"];
  /** Milliseconds since the epoch. */
  at: number;
  /** Null while it runs. */
  ms: number | null;
  /** `OK`, the code of the error, `NO_ANSWER`, or `OPEN` while it runs. */
  code: string;
  /** Null where the browser does not show it: for subscriptions, and without an answer. */
  requestId: string | null;
};

const KEPT = 100;
/** The log outlives the pages of its tab: the calls that led to a page are what one wants to see on it. */
const KEY = "gatebook.calls";
const NONE: readonly Call[] = [];

let calls: readonly Call[] | null = null;
/** Counted on when the log is cleared: a call that was under way then must not end as another one. */
let lastId = 0;
const listeners = new Set<() => void>();

function restored(): readonly Call[] {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as Call[];
    return kept.map((call) => (call.code === "OPEN" ? { ...call, code: "LEFT" } : call));
  } catch {
    return NONE;
  }
}

function current(): readonly Call[] {
  calls ??= restored();
  return calls;
}

function replace(next: readonly Call[]): void {
  calls = next.slice(0, KEPT);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(calls));
  } catch {
    // A browser that keeps nothing: the log then lives as long as the page.
  }
  for (const listener of listeners) listener();
}

function begin(op: Operation): (outcome: Pick<Call, "code" | "requestId">) => void {
  const id = Math.max(lastId, current()[0]?.id ?? 0) + 1;
  lastId = id;
  const at = Date.now();
  const started = performance.now();
  replace([{ id, path: op.path, kind: op.type, at, ms: null, code: "OPEN", requestId: null }, ...current()]);
  return (outcome) => {
    const ms = Math.round(performance.now() - started);
    replace(current().map((call) => (call.id === id ? { ...call, ...outcome, ms } : call)));
  };
}

/** Notes each call that goes through it. */
export const callLogLink: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) =>
    observable((observer) => {
      const end = begin(op);
      let requestId: string | null = null;
      return next(op)
        .pipe(
          tap({
            next: ({ context }) => {
              requestId = requestIdOfMeta(context) ?? requestId;
            },
            error: (error) => end({ code: codeOf(error) ?? "NO_ANSWER", requestId: requestIdOf(error) }),
            complete: () => end({ code: "OK", requestId }),
          }),
        )
        .subscribe(observer);
    });

export function clearCalls(): void {
  replace(NONE);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useCalls(): readonly Call[] {
  return useSyncExternalStore(subscribe, current, () => NONE);
}
