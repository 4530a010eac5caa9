"use client";
/**
 * Sign-ins as they commit, for a list that somebody may be reading: they gather, and enter when the reader's eyes are
 * elsewhere or when they ask for them. What is being read never moves.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { canEnter, enter, gather, type LiveRows, NO_ROWS } from "@/app/(signed-in)/admin/sign-ins/live-rows";
import type { SignIn, SignInFilter } from "@/audit/history";
import { isForbidden } from "@/trpc/call-error";
import { trpc } from "@/trpc/hooks.client";
import { announce } from "@/ui/status-region.client";

const FLUSH_MS = 1000;
const ANNOUNCE_MS = 10_000;
const AGAIN_MS = 3000;

type Watching = {
  filter: SignInFilter;
  on: boolean;
  /** Asked before anything enters by itself: whether somebody is in the list. */
  isRead: () => boolean;
  /** What is in the list. Asked once a second at most: it may be very long. */
  listed: () => readonly SignIn[];
  /** Loads the newest page of the list in place of all that is loaded; rejects when it can't. */
  loadAnew: () => Promise<void>;
};

export type Live = {
  state: "live" | "connecting";
  /** Those that have entered the list. */
  entered: readonly SignIn[];
  /** How many wait to enter. */
  waiting: number;
  enter: () => void;
};

export function useLive({ filter, on, isRead, listed, loadAnew }: Watching): Live {
  const received = useRef<SignIn[]>([]);
  const untold = useRef({ all: 0, failed: 0 });
  const [rows, setRows] = useState<LiveRows>(NO_ROWS);
  const held = useRef(rows);
  const loading = useRef(false);
  /** Where the stream begins, and the last place that it has told. */
  const [start, setStart] = useState<string | null>(null);
  const place = useRef<string | null>(null);
  const utils = trpc.useUtils();
  const { status, error, reset } = trpc.signIns.tail.useSubscription(
    { filter, lastEventId: start },
    {
      enabled: on && start !== null,
      onData: ({ id, data: signIn }) => {
        place.current = id;
        received.current.push(signIn);
        untold.current.all += 1;
        if (signIn.status === "failure") untold.current.failed += 1;
      },
    },
  );

  const keep = useCallback((next: LiveRows) => {
    held.current = next;
    setRows(next);
  }, []);

  /** In place of what is listed and what waits: all of it is in the book. What comes meanwhile is kept. */
  const loadList = useCallback(async () => {
    if (loading.current) return;
    loading.current = true;
    const { entered, count } = held.current;
    keep({ entered, waiting: [], count: 0 });
    try {
      await loadAnew();
      keep({ ...held.current, entered: [] });
    } catch {
      // The list is as it was, and so is what waits: it is asked for again when it is to enter.
      keep({ ...held.current, count: held.current.count + count });
    } finally {
      loading.current = false;
    }
  }, [keep, loadAnew]);

  // The place is taken before the list is loaded: between the two, a row may come twice, and is listed once; none is missed.
  useEffect(() => {
    if (!on || start !== null) return;
    let over = false;
    let again: ReturnType<typeof setTimeout>;
    const begin = async () => {
      try {
        const now = await utils.client.signIns.place.query();
        await loadAnew();
        if (over) return;
        keep(NO_ROWS);
        place.current = now;
        setStart(now);
      } catch (problem) {
        if (!over && !isForbidden(problem)) again = setTimeout(begin, AGAIN_MS);
      }
    };
    void begin();
    return () => {
      over = true;
      clearTimeout(again);
    };
  }, [on, start, utils, loadAnew, keep]);

  useEffect(() => {
    if (!on) setStart(null);
  }, [on]);

  // The stream resumes by itself where the server let go of it; what it gives up on goes on from the last place.
  useEffect(() => {
    if (!error || !on || isForbidden(error)) return;
    const timer = setTimeout(() => {
      if (place.current === start) reset();
      else setStart(place.current);
    }, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [error, on, start, reset]);

  const enterNow = useCallback(() => {
    if (held.current.count === 0) return;
    if (canEnter(held.current)) keep(enter(held.current));
    else void loadList();
  }, [keep, loadList]);

  useEffect(() => {
    if (!on) return;
    const flushing = setInterval(() => {
      if (received.current.length > 0) {
        const ids = new Set(listed().map(({ id }) => id));
        keep(
          gather(
            held.current,
            received.current.splice(0).filter(({ id }) => !ids.has(id)),
          ),
        );
      }
      if (!isRead()) enterNow();
    }, FLUSH_MS);
    const telling = setInterval(() => {
      const { all, failed } = untold.current;
      untold.current = { all: 0, failed: 0 };
      if (all > 0) announce(failed > 0 ? `${all} new, ${failed} failed.` : `${all} new.`);
    }, ANNOUNCE_MS);
    return () => {
      clearInterval(flushing);
      clearInterval(telling);
      received.current = [];
    };
  }, [on, isRead, listed, enterNow, keep]);

  return {
    state: status === "pending" ? "live" : "connecting",
    entered: rows.entered,
    waiting: rows.count,
    enter: enterNow,
  };
}
