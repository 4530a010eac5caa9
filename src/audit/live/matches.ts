/** Whether an attempt is what a filter asks for, within what the reader may see: for rows that are at hand already. Pure. */
import { BlockList, isIP } from "node:net";
import type { ReaderScope, SignIn, SignInFilter } from "@/audit/history";
import { valuesOf } from "@/audit/values";
import { storedEmail } from "@/platform/text";

function asked<T extends string>(value: string | null, selected: T | readonly T[] | undefined): boolean {
  const values = valuesOf<string>(selected);
  return values === null || (value !== null && values.includes(value));
}

const familyOf = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");

function isFrom(ip: string | null, wanted: string): boolean {
  if (ip === null) return false;
  const [address = "", length] = wanted.split("/");
  const family = familyOf(address);
  // An IPv4 address that is written as an IPv6 one is another address to PostgreSQL.
  if (family !== familyOf(ip)) return false;
  const list = new BlockList();
  if (length === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(length), family);
  return list.check(ip, family);
}

function isOf({ userId, email, claimedEmail }: SignIn, wanted: string): boolean {
  return (userId === null ? claimedEmail : email) === storedEmail(wanted);
}

export function matches(scope: ReaderScope, filter: SignInFilter, row: SignIn): boolean {
  if (scope !== "all" && !scope.organizations.includes(row.organizationId ?? "")) return false;
  const { userId, email, ip, requestId, sessionId, signal, from, to } = filter;
  const signals = valuesOf(signal);
  return (
    asked(row.status, filter.status) &&
    asked(row.authMethod, filter.authMethod) &&
    asked(row.provider, filter.provider) &&
    asked(row.failureReason, filter.failureReason) &&
    asked(row.organizationId, filter.organizationId) &&
    (userId === undefined || row.userId === userId) &&
    (requestId === undefined || row.requestId === requestId) &&
    (sessionId === undefined || row.sessionId === sessionId) &&
    (email === undefined || isOf(row, email)) &&
    (ip === undefined || isFrom(row.ip, ip)) &&
    (signals === null || row.signals.some(({ kind }) => signals.includes(kind))) &&
    (from === undefined || row.occurredAt >= from) &&
    (to === undefined || row.occurredAt < to)
  );
}
