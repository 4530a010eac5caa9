/**
 * Reads the filter of /admin/sign-ins from the address, where anything can stand: what cannot be used keeps its place
 * in the form, with what is wrong with it. Pure.
 */
import { type FilterKey, type FilterValues, filterKeys } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { oneParam, type SearchParams } from "@/app/search-params";
import { decodeCursor, type SignInFilter, signInFilter } from "@/audit/history";
import { normalizeEmail } from "@/platform/text";

export type FilterReading = {
  values: FilterValues;
  filter: SignInFilter;
  problems: Partial<Record<FilterKey, string>>;
  cursor: string | null;
  /** Whether the address holds empty or repeated fields, as a plain form sends them. */
  untidy: boolean;
};

const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2}))?Z?)?$/;

/** A date, or a date with a time, in UTC: the instant at which what was named begins, or the one at which it is over. */
function moment(value: string, edge: "begins" | "is over"): Date | undefined {
  const [, date, minute, second] = MOMENT.exec(value) ?? [];
  if (!date) return undefined;
  const start = new Date(`${date}T${minute ?? "00:00"}:${second ?? "00"}Z`);
  // JavaScript rolls the 30th of February over into March; the log should not.
  if (Number.isNaN(start.getTime()) || !start.toISOString().startsWith(date)) return undefined;
  const lengthMs = second ? 1000 : minute ? 60_000 : 86_400_000;
  return edge === "begins" ? start : new Date(start.getTime() + lengthMs);
}

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
  ip: { problem: "ip needs an address or CIDR, such as 203.0.113.0/24" },
  from: { input: (value) => moment(value, "begins"), problem: `From ${aMoment}` },
  to: { input: (value) => moment(value, "is over"), problem: `Until ${aMoment}` },
  userId: { problem: `User ${anId}` },
  organizationId: { input: list, problem: `Organization ${anId}` },
  requestId: { problem: `Request ${anId}` },
  sessionId: { problem: `Session ${anId}` },
};

/** Repeated fields of a form become one list, in the order given, without the empty and the double ones. */
function joined(value: string | string[] | undefined): string {
  const parts = [value ?? []].flat().flatMap((text) => text.split(","));
  return [...new Set(parts.map((part) => part.trim()).filter((part) => part !== ""))].join(",");
}

export function readFilter(params: SearchParams): FilterReading {
  const cursor = oneParam(params, "cursor");
  const reading: FilterReading = {
    values: {},
    filter: {},
    problems: {},
    cursor: cursor && decodeCursor(cursor) ? cursor : null,
    untidy: false,
  };
  for (const key of filterKeys) {
    const given = params[key];
    const value = joined(given);
    if (given === "" || (given !== undefined && given !== value)) reading.untidy = true;
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
