/**
 * A filter as one line of text: `status:failure ip:203.0.113.0/24 member@acme.test`. What is pasted without its key is
 * known by its form: an address of a person, one of the network, an id. Pure.
 */
import { type FilterKey, type FilterValues, filterKeys } from "@/app/(signed-in)/admin/sign-ins/filter-words";

export type TextReading = {
  values: FilterValues;
  /** Words that are no part of a filter, as they were typed. */
  unread: string[];
};

const LONGEST = 2000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NETWORK = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]*)(?:\/\d{1,3})?$/i;

/** Other words for a key, as people and the history itself write them. */
const aliases = new Map<string, FilterKey>([
  ["result", "status"],
  ["method", "authMethod"],
  ["auth_method", "authMethod"],
  ["reason", "failureReason"],
  ["failure_reason", "failureReason"],
  ["address", "ip"],
  ["user", "userId"],
  ["organization", "organizationId"],
  ["org", "organizationId"],
  ["request", "requestId"],
  ["session", "sessionId"],
  ["until", "to"],
  ["since", "from"],
  ["label", "signal"],
]);

function keyOf(word: string): FilterKey | null {
  const lower = word.toLowerCase();
  return filterKeys.find((key) => key.toLowerCase() === lower) ?? aliases.get(lower) ?? null;
}

/** The key that a word without one belongs to, by its form. */
function guess(word: string): FilterKey | null {
  if (/^[^@\s]+@[^@\s]+$/.test(word)) return "email";
  if (NETWORK.test(word)) return "ip";
  // Requests are what an id from a bug report or a log line names.
  if (UUID.test(word)) return "requestId";
  if (word === "success" || word === "failure") return "status";
  return null;
}

/** Words, with quotes around those that hold spaces: `from:"2026-03-04 14:05"`. */
function wordsOf(text: string): string[] {
  return text.slice(0, LONGEST).match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
}

export function readText(text: string): TextReading {
  const reading: TextReading = { values: {}, unread: [] };
  for (const word of wordsOf(text)) {
    const [, name = "", said = ""] = /^([A-Za-z_]+):(.+)$/.exec(word) ?? [];
    const named = keyOf(name);
    const key = named ?? guess(word.replaceAll('"', ""));
    const value = (named ? said : word).replaceAll('"', "");
    if (key === null || value === "") reading.unread.push(word);
    else reading.values[key] = reading.values[key] ? `${reading.values[key]},${value}` : value;
  }
  return reading;
}

/** A filter as a line that {@link readText} reads back. */
export function writeText(values: FilterValues): string {
  return filterKeys
    .flatMap((key) => {
      const value = values[key];
      if (!value) return [];
      return [`${key}:${/\s/.test(value) ? `"${value}"` : value}`];
    })
    .join(" ");
}

const MANY: ReadonlySet<FilterKey> = new Set([
  "status",
  "authMethod",
  "provider",
  "failureReason",
  "organizationId",
  "signal",
]);

/** Two filters as one: of keys that take several values all of them count, of the others the later one. */
export function joinFilters(earlier: FilterValues, later: FilterValues): FilterValues {
  const joined = { ...earlier };
  for (const key of filterKeys) {
    const [before, after] = [earlier[key], later[key]];
    if (!after) continue;
    joined[key] = before && MANY.has(key) ? [...new Set([...before.split(","), ...after.split(",")])].join(",") : after;
  }
  return joined;
}

/** The filter with one value more, or without it where it was there. */
export function toggled(values: FilterValues, key: FilterKey, value: string): FilterValues {
  const chosen = values[key]?.split(",") ?? [];
  const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
  return { ...values, [key]: next.length > 0 ? next.join(",") : undefined };
}
