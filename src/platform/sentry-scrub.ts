/** What an error report may hold: built anew from an allow-list, because whatever is attached by default may be personal. Pure. */
import type { ErrorEvent } from "@sentry/nextjs";
import { maskAddresses, maskText } from "@/platform/mask";

const TAGS = new Set([
  "request_id",
  "callback",
  "procedure",
  "reason",
  "method",
  "route",
  "kind",
  "action",
  "mail",
  "lost",
]);

/** The event with tags, user id, masked messages and stack frames; no request, headers, cookies, breadcrumbs or variables. */
export function scrubEvent(event: ErrorEvent): ErrorEvent {
  const tags = Object.fromEntries(Object.entries(event.tags ?? {}).filter(([name]) => TAGS.has(name)));
  const id = event.user?.id;
  return {
    type: undefined,
    event_id: event.event_id,
    timestamp: event.timestamp,
    level: event.level,
    platform: event.platform,
    release: event.release,
    environment: event.environment,
    sdk: event.sdk,
    tags,
    ...(id === undefined ? {} : { user: { id } }),
    exception: {
      values: (event.exception?.values ?? []).map((value) => ({
        type: value.type,
        value: maskAddresses(maskText(value.value ?? "")),
        mechanism: value.mechanism && { type: value.mechanism.type, handled: value.mechanism.handled },
        stacktrace: {
          frames: (value.stacktrace?.frames ?? []).map(({ filename, function: name, lineno, colno, in_app }) => ({
            // The address of an inline script is the page's, and a page's may hold a one-time token.
            filename: filename?.replace(/[?#].*$/, ""),
            function: name,
            lineno,
            colno,
            in_app,
          })),
        },
      })),
    },
  };
}
