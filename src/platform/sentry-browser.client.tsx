"use client";
/** Error reports from the browser: the error and its stack, scrubbed; no page address, no breadcrumbs, no personal data. */
import * as Sentry from "@sentry/nextjs";
import { scrubEvent } from "@/platform/sentry-scrub";

export function startBrowserReports(dsn: string): void {
  Sentry.init({ dsn, sendDefaultPii: false, tracesSampleRate: 0, maxBreadcrumbs: 0, beforeSend: scrubEvent });
}
