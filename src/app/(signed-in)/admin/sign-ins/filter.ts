/**
 * Reads the filter of /admin/sign-ins from the address, where anything can stand: what cannot be used keeps its place
 * in the form, with what is wrong with it. Pure.
 */

import { joined, moment } from "@/app/(signed-in)/admin/filter-fields";
import { joinFilters, readText } from "@/app/(signed-in)/admin/sign-ins/filter-text";
import { type FilterKey, type FilterValues, filterKeys } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { oneParam, type SearchParams } from "@/app/search-params";
import { decodeCursor, type SignInFilter, signInFilter } from "@/audit/history";
import { normalizeEmail } from "@/platform/text";

export type FilterReading = {
  values: FilterValues;
  filter: SignInFilter;
  problems: Partial<Record<FilterKey, string>>;
  cursor: string | null;
  /** What was typed into the filter's line and is no part of a filter. */
  unread: string[];
  /** Whether the address holds empty or repeated fields, as a plain form sends them. */
  untidy: boolean;
};

const list = (value: string) => value.split(",");
const anId = "needs an id";
const aMoment = "needs a date such as 2026-03-04, or a time such as 2026-03-04 14:05 (UTC)";

/** How each key becomes what the procedure takes (undefined: it can't), and what to say when the procedure would refuse. */
const keys: Record<FilterKey, { input?: (value: string) => unknown; problem: string }> = {
  email: {
    input: (value) => normalizeEmail(value) ?? undefined,
    problem: "Email needs a whole address, such as member@acme.test",
  },
  status: { input: list, problem: "Result is success or failure" },
  authMethod: { input: list, problem: "There is no such method" },
  provider: { input: list, problem: "Provider needs an id, such as github" },
  failureReason: { input: list, problem: "There is no such reason" },
  signal: { input: list, problem: "There is no such label" },
  ip: { problem: "ip needs an address or CIDR, such as 203.0.113.0/24" },
  from: { input: (value) => moment(value, "begins"), problem: `From ${aMoment}` },
  to: { input: (value) => moment(value, "is over"), problem: `Until ${aMoment}` },
  userId: { problem: `User ${anId}` },
  organizationId: { input: list, problem: `Organization ${anId}` },
  requestId: { problem: `Request ${anId}` },
  sessionId: { problem: `Session ${anId}` },
};

export function readFilter(params: SearchParams): FilterReading {
  const cursor = oneParam(params, "cursor");
  const reading: FilterReading = {
    values: {},
    filter: {},
    problems: {},
    cursor: cursor && decodeCursor(cursor) ? cursor : null,
    unread: [],
    untidy: false,
  };
  const line = oneParam(params, "q");
  const typed = readText(line ?? "");
  reading.unread = typed.unread;
  // What could be read belongs into the address under its keys; what could not, back into the line.
  if (line !== undefined && (line !== typed.unread.join(" ") || line === "")) reading.untidy = true;
  const fields = Object.fromEntries(filterKeys.map((key) => [key, joined(params[key]) || undefined]));
  const together: FilterValues = joinFilters(fields, typed.values);
  for (const key of filterKeys) {
    const given = params[key];
    if (given === "" || (given !== undefined && given !== fields[key])) reading.untidy = true;
    const value = together[key] ?? "";
    if (value === "") continue;
    reading.values[key] = value;
    const { input, problem } = keys[key];
    const read = signInFilter.shape[key].safeParse(input ? input(value) : value);
    if (read.success && read.data !== undefined) Object.assign(reading.filter, { [key]: read.data });
    else reading.problems[key] = problem;
  }
  const { from, to } = reading.filter;
  if (from && to && from >= to) reading.problems.to = "Until must not lie before From";
  return reading;
}
