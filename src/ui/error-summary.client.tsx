"use client";
/** What stopped a form, at its head: it takes the focus when it appears; without JavaScript its alert role announces it. */
import { type ReactNode, useEffect, useRef } from "react";
import { Alert } from "@/ui/alert";

export function ErrorSummary({ children }: { children: ReactNode }) {
  const summary = useRef<HTMLDivElement>(null);
  useEffect(() => summary.current?.focus(), []);
  return (
    <div ref={summary} role="alert" tabIndex={-1} className="rounded-md focus:outline-2 focus:outline-offset-2">
      <Alert tone="failure" title={<h2>There is a problem</h2>}>
        {children}
      </Alert>
    </div>
  );
}
