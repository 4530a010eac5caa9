/** Reads the filter of /admin/audit from the address, and writes it into links. What cannot be used keeps its place in the form. Pure. */
import { joined, moment } from "@/app/(signed-in)/admin/filter-fields";
import { oneParam, type SearchParams } from "@/app/search-params";
import { type AuditFilter, auditFilter } from "@/audit/audit-log";
import { decodeCursor } from "@/audit/history";

export const auditKeys = [
  "action",
  "status",
  "actorId",
  "targetType",
  "targetId",
  "organizationId",
  "ip",
  "requestId",
  "sessionId",
  "from",
  "to",
] as const;
export type AuditKey = (typeof auditKeys)[number];
export type AuditValues = Partial<Record<AuditKey, string>>;

export type AuditReading = {
  values: AuditValues;
  filter: AuditFilter;
  problems: Partial<Record<AuditKey, string>>;
  cursor: string | null;
  /** Whether the address holds empty or repeated fields, as a plain form sends them. */
  untidy: boolean;
};

const PATH = "/admin/audit";
const list = (value: string) => value.split(",");
const aMoment = "needs a date such as 2026-03-04, or a time such as 2026-03-04 14:05 (UTC)";

const readers: Record<AuditKey, { input?: (value: string) => unknown; problem: string }> = {
  action: { input: list, problem: "There is no such action" },
  status: { input: list, problem: "Result is success or failure" },
  actorId: { problem: "Who needs the id of a user" },
  targetType: { input: list, problem: "There is no such kind of target" },
  targetId: { problem: "Target needs an id" },
  organizationId: { input: list, problem: "Organization needs an id" },
  ip: { problem: "ip needs an address or CIDR, such as 203.0.113.0/24" },
  requestId: { problem: "Request needs an id" },
  sessionId: { problem: "Session needs an id" },
  from: { input: (value) => moment(value, "begins"), problem: `From ${aMoment}` },
  to: { input: (value) => moment(value, "is over"), problem: `Until ${aMoment}` },
};

export function readAuditFilter(params: SearchParams): AuditReading {
  const cursor = oneParam(params, "cursor");
  const reading: AuditReading = {
    values: {},
    filter: {},
    problems: {},
    cursor: cursor && decodeCursor(cursor) ? cursor : null,
    untidy: false,
  };
  for (const key of auditKeys) {
    const given = params[key];
    const value = joined(given);
    if (given === "" || (given !== undefined && given !== value)) reading.untidy = true;
    if (value === "") continue;
    reading.values[key] = value;
    const { input, problem } = readers[key];
    const read = auditFilter.shape[key].safeParse(input ? input(value) : value);
    if (read.success && read.data !== undefined) Object.assign(reading.filter, { [key]: read.data });
    else reading.problems[key] = problem;
  }
  const { from, to } = reading.filter;
  if (from && to && from >= to) reading.problems.to = "Until must not lie before From";
  return reading;
}

/** The address of the book under a filter, optionally from a place in it. */
export function auditHref(values: AuditValues, cursor?: string | null): string {
  const query = new URLSearchParams();
  for (const key of auditKeys) {
    const value = values[key];
    if (value) query.set(key, value);
  }
  if (cursor) query.set("cursor", cursor);
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%2F", "/");
  return text === "" ? PATH : `${PATH}?${text}`;
}
