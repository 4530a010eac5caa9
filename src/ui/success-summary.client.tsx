"use client";
/** What has just been done, at the head of the page that came of it: it takes the focus when it appears. */
import { type ReactNode, useEffect, useRef } from "react";
import { Alert } from "@/ui/alert";

export function SuccessSummary({ title, children }: { title: string; children: ReactNode }) {
  const summary = useRef<HTMLDivElement>(null);
  useEffect(() => summary.current?.focus(), []);
  return (
    <div ref={summary} role="status" tabIndex={-1} className="rounded-md focus:outline-2 focus:outline-offset-2">
      <Alert tone="success" title={title}>
        {children}
      </Alert>
    </div>
  );
}
