"use client";
/** Follows the window over a list, drawing by drawing. */
import { type RefObject, useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { type Glance, type Sight, sightOf } from "@/app/(signed-in)/admin/sign-ins/grid-window";

/** Of any screen, so that server and browser begin with the same rows. */
const FIRST_VIEWPORT = 2200;

/** What the window shows of the list that `body` begins, now. */
export function glanceAt(body: RefObject<HTMLElement | null>, height: number): Glance {
  return { above: -(body.current?.getBoundingClientRect().top ?? 0), viewport: window.innerHeight, height };
}

/** @param height of a row, in px */
export function useSight(body: RefObject<HTMLElement | null>, height: number): Sight {
  const [sight, setSight] = useState(() => sightOf({ above: 0, viewport: FIRST_VIEWPORT, height }));
  const seen = useRef(sight);
  useEffect(() => {
    const look = () => {
      const next = sightOf(glanceAt(body, height));
      if (next.first === seen.current.first && next.last === seen.current.last) return;
      seen.current = next;
      setSight(next);
    };
    // In the frame that scrolls: one later, the rows would be missing from it.
    const lookAtOnce = () => flushSync(look);
    look();
    // What stands above the list may fold away without a scroll: the page's own height tells of it.
    const page = new ResizeObserver(lookAtOnce);
    page.observe(document.body);
    window.addEventListener("scroll", lookAtOnce, { passive: true });
    window.addEventListener("resize", lookAtOnce);
    return () => {
      page.disconnect();
      window.removeEventListener("scroll", lookAtOnce);
      window.removeEventListener("resize", lookAtOnce);
    };
  }, [body, height]);
  return sight;
}
