/** How errors are reported, in the browser and on the server: errors alone, scrubbed. No traces, sessions, counts or breadcrumbs. Pure. */
import type { ErrorEvent } from "@sentry/nextjs";
import { scrubEvent } from "@/platform/sentry-scrub";

/**
 * What the library does by itself: catching what nobody caught, and reading errors. Everything else it would do, such as
 * measuring page views, or putting headers of its own on calls to identity providers, is left out.
 */
const INTEGRATIONS = new Set([
  "InboundFilters",
  "EventFilters",
  "FunctionToString",
  "LinkedErrors",
  "Dedupe",
  "GlobalHandlers",
  "BrowserApiErrors",
  "NextjsClientStackFrameNormalization",
  "OnUncaughtException",
  "OnUnhandledRejection",
]);

export function reportOptions(dsn: string) {
  return {
    dsn,
    sendDefaultPii: false,
    sendClientReports: false,
    maxBreadcrumbs: 0,
    tracePropagationTargets: [],
    integrations: <I extends { name: string }>(offered: I[]): I[] =>
      offered.filter(({ name }) => INTEGRATIONS.has(name)),
    beforeSend: (event: ErrorEvent) => scrubEvent(event),
  };
}
