"use client";
/** The session's own events, the newest first, as they commit. */
import { useEffect, useState } from "react";
import { type RouterOutputs, trpc } from "@/trpc/hooks.client";
import { announce } from "@/ui/status-region.client";

export type SessionEvent = RouterOutputs["session"]["inspect"]["events"][number];

const AGAIN_MS = 3000;

export type LiveEvents = { events: SessionEvent[]; live: boolean };

/**
 * @param known the events that came with the page
 * @param since events from then on are news
 */
export function useSessionEvents(known: SessionEvent[], requestId: string | null, since: Date): LiveEvents {
  const [received, setReceived] = useState<ReadonlyMap<string, SessionEvent>>(new Map());
  const [firstAsked] = useState(since);
  const utils = trpc.useUtils();
  const { status, error, reset } = trpc.session.events.useSubscription(requestId === null ? {} : { requestId }, {
    onData: ({ data: event }) => {
      setReceived((before) => new Map(before).set(event.id, event));
      if (event.occurredAt > firstAsked) announce(`New event: ${event.action}.`);
    },
  });

  // The stream resumes by itself where the server let go of it; what it gives up on is begun anew.
  useEffect(() => {
    if (!error) return;
    const timer = setTimeout(() => {
      void utils.session.inspect.invalidate();
      reset();
    }, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [error, reset, utils]);

  const all = new Map([...known.map((event) => [event.id, event] as const), ...received]);
  return {
    events: [...all.values()]
      .filter((event) => requestId === null || event.requestId === requestId)
      .sort((one, other) => other.micros - one.micros || (one.id < other.id ? 1 : -1)),
    live: status === "pending",
  };
}
