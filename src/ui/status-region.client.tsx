"use client";
/** The page's one polite status region: what changed without the visitor's eyes on it is said here. */
import { useSyncExternalStore } from "react";

let message = "";
const listeners = new Set<() => void>();

/** Says a sentence to assistive technology, after whatever it is saying now. */
export function announce(text: string): void {
  message = text;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function StatusRegion() {
  const text = useSyncExternalStore(
    subscribe,
    () => message,
    () => "",
  );
  return (
    <p role="status" className="sr-only">
      {text}
    </p>
  );
}
