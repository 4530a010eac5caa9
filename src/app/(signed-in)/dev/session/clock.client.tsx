"use client";
/** One tick a second for all countdowns of the page, by the server's clock. */
import { createContext, type ReactNode, useContext, useSyncExternalStore } from "react";
import { countdown } from "@/app/(signed-in)/dev/session/countdown";

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, 1000);
  return () => clearInterval(timer);
}

/** Milliseconds since the epoch in whole seconds; null while the page is made, when server and browser must agree. */
function useSeconds(): number | null {
  return useSyncExternalStore(
    subscribe,
    () => Math.floor(Date.now() / 1000) * 1000,
    () => null,
  );
}

const Now = createContext(0);

/** @param at the server's time when the answer was made @param receivedAt the browser's time when it came */
export function ServerClock({ at, receivedAt, children }: { at: Date; receivedAt: number; children: ReactNode }) {
  const seconds = useSeconds();
  return <Now value={seconds === null ? at.getTime() : seconds + at.getTime() - receivedAt}>{children}</Now>;
}

export function Countdown({ to }: { to: Date }) {
  return <span className="whitespace-nowrap tabular-nums">{countdown(to, useContext(Now))}</span>;
}
