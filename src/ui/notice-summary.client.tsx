"use client";
/** What somebody should know before they go on, at the head of the page: it takes the focus when it appears. */
import { type ReactNode, useEffect, useRef } from "react";
import { Alert } from "@/ui/alert";

export function NoticeSummary({ children }: { children: ReactNode }) {
  const summary = useRef<HTMLDivElement>(null);
  useEffect(() => summary.current?.focus(), []);
  return (
    <div ref={summary} role="status" tabIndex={-1} className="rounded-md focus:outline-2 focus:outline-offset-2">
      <Alert tone="info">{children}</Alert>
    </div>
  );
}
