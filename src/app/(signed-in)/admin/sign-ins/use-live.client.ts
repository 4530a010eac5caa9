"use client";
/**
 * Sign-ins as they commit, for a list that somebody may be reading: they gather, and enter when the reader's eyes are
 * elsewhere or when they ask for them. What is being read never moves.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import type { SignIn, SignInFilter } from "@/audit/history";
import { trpc } from "@/trpc/hooks.client";
import { announce } from "@/ui/status-region.client";

const FLUSH_MS = 1000;
const ANNOUNCE_MS = 10_000;
const AGAIN_MS = 3000;
/** More than this nobody reads one by one: the oldest of them are found by loading the list anew. */
const MOST = 1000;

export type Live = {
  state: "live" | "connecting";
  /** Those that have entered the list, newest first. */
  entered: SignIn[];
  /** How many wait to enter. */
  waiting: number;
  enter: () => void;
};

function newestFirst(one: SignIn, other: SignIn): number {
  return other.occurredAt.getTime() - one.occurredAt.getTime() || (one.id < other.id ? 1 : -1);
}

/** @param isRead asked before anything enters by itself: whether somebody is in the list */
export function useLive(filter: SignInFilter, on: boolean, isRead: () => boolean): Live {
  const received = useRef<SignIn[]>([]);
  const untold = useRef({ all: 0, failed: 0 });
  const [waiting, setWaiting] = useState<SignIn[]>([]);
  const [entered, setEntered] = useState<SignIn[]>([]);
  const { status, error, reset } = trpc.signIns.tail.useSubscription(
    { filter },
    {
      enabled: on,
      onData: ({ data: signIn }) => {
        received.current.push(signIn);
        untold.current.all += 1;
        if (signIn.status === "failure") untold.current.failed += 1;
      },
    },
  );

  // The stream resumes by itself where the server let go of it; what it gives up on is begun anew.
  useEffect(() => {
    if (!error || !on) return;
    const timer = setTimeout(reset, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [error, on, reset]);

  const enter = useCallback(() => {
    setWaiting((some) => {
      setEntered((before) => [...some, ...before].toSorted(newestFirst).slice(0, MOST));
      return [];
    });
  }, []);

  useEffect(() => {
    if (!on) return;
    const flushing = setInterval(() => {
      const fresh = received.current.splice(0);
      if (fresh.length > 0) setWaiting((some) => [...fresh, ...some].slice(0, MOST));
      if (!isRead()) enter();
    }, FLUSH_MS);
    const telling = setInterval(() => {
      const { all, failed } = untold.current;
      untold.current = { all: 0, failed: 0 };
      if (all > 0) announce(failed > 0 ? `${all} new, ${failed} failed.` : `${all} new.`);
    }, ANNOUNCE_MS);
    return () => {
      clearInterval(flushing);
      clearInterval(telling);
    };
  }, [on, isRead, enter]);

  return { state: status === "pending" ? "live" : "connecting", entered, waiting: waiting.length, enter };
}
