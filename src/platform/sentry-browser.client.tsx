"use client";
/** Error reports from the browser: the error and its stack, scrubbed; no page address, no breadcrumbs, no personal data. */
import * as Sentry from "@sentry/nextjs";
import { reportOptions } from "@/platform/sentry-options";

export function startBrowserReports(dsn: string): void {
  Sentry.init(reportOptions(dsn));
}
