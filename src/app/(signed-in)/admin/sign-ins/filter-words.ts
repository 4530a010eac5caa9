/** A filter of the history as text: in the address, in links that change it, and in words. Pure. */
import { methodNames, providerName } from "@/app/_words/methods";
import { reasonWords } from "@/app/_words/reasons";
import { signalName } from "@/app/_words/signals";

export const filterKeys = [
  "email",
  "status",
  "authMethod",
  "provider",
  "failureReason",
  "signal",
  "ip",
  "from",
  "to",
  "userId",
  "organizationId",
  "requestId",
  "sessionId",
] as const;
export type FilterKey = (typeof filterKeys)[number];

/** What stands in the address, key by key; several values of one key are joined by commas. */
export type FilterValues = Partial<Record<FilterKey, string>>;

const PATH = "/admin/sign-ins";

/** The address of the list under a filter, optionally from a place in it. Equal filters have equal addresses. */
export function filterHref(values: FilterValues, cursor?: string | null): string {
  const query = new URLSearchParams();
  for (const key of filterKeys) {
    const value = values[key];
    if (value) query.set(key, value);
  }
  if (cursor) query.set("cursor", cursor);
  // Commas and colons are legal in a query, and addresses are there to be read.
  const text = query
    .toString()
    .replaceAll("%2C", ",")
    .replaceAll("%3A", ":")
    .replaceAll("%40", "@")
    .replaceAll("%2F", "/");
  return text === "" ? PATH : `${PATH}?${text}`;
}

const statusWords: Record<string, string> = { success: "succeeded", failure: "failed" };
const methods: Record<string, string> = methodNames;

/** The value of one key in words; several values are joined with "or", as the filter joins them. */
function valueWords(key: FilterKey, value: string): string {
  const words: Partial<Record<FilterKey, (part: string) => string>> = {
    status: (part) => statusWords[part] ?? part,
    authMethod: (part) => methods[part] ?? part,
    provider: providerName,
    failureReason: reasonWords,
    signal: signalName,
  };
  return value
    .split(",")
    .map((part) => words[key]?.(part) ?? part)
    .join(" or ");
}

const labels: Record<FilterKey, string> = {
  email: "Email",
  status: "Result",
  authMethod: "Method",
  provider: "Provider",
  failureReason: "Reason",
  signal: "Label",
  ip: "Address",
  from: "From",
  to: "Until",
  userId: "User",
  organizationId: "Organization",
  requestId: "Request",
  sessionId: "Session",
};

export type FilterPart = { key: FilterKey; label: string; words: string };

/** The parts of a filter that are set, in words. */
export function describeFilter(values: FilterValues): FilterPart[] {
  return filterKeys.flatMap((key) => {
    const value = values[key];
    return value ? [{ key, label: labels[key], words: valueWords(key, value) }] : [];
  });
}

/** The page's title: it states the filter, so that a bookmark is a saved view. */
export function filterTitle(values: FilterValues): string {
  const speaksForItself = new Set<FilterKey>(["status", "email"]);
  const parts = describeFilter(values).map(({ key, label, words }) =>
    speaksForItself.has(key) ? words : `${label.toLowerCase()} ${words}`,
  );
  return parts.length === 0 ? "Sign-ins" : `Sign-ins: ${parts.join(", ")}`;
}

/** How much is shown, without counting what isn't: that would cost more than the list. */
export function countWords(shown: number, more: boolean, older: boolean): string {
  const count = shown === 1 ? "1 sign-in" : `${shown} sign-ins`;
  return `${count}${older ? " from an earlier page on" : ""}${more ? ", more below" : ""}`;
}
