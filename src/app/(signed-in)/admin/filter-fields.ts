/** The fields of a filter as the address holds them: moments, and lists of values. Pure. */

const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2}))?Z?)?$/;

/** A date, or a date with a time, in UTC: the instant at which what was named begins, or the one at which it is over. */
export function moment(value: string, edge: "begins" | "is over"): Date | undefined {
  const [, date, minute, second] = MOMENT.exec(value) ?? [];
  if (!date) return undefined;
  const start = new Date(`${date}T${minute ?? "00:00"}:${second ?? "00"}Z`);
  // JavaScript rolls the 30th of February over into March; the log should not.
  if (Number.isNaN(start.getTime()) || !start.toISOString().startsWith(date)) return undefined;
  const lengthMs = second ? 1000 : minute ? 60_000 : 86_400_000;
  return edge === "begins" ? start : new Date(start.getTime() + lengthMs);
}

/** Repeated fields of a form become one list, in the order given, without the empty and the double ones. */
export function joined(value: string | string[] | undefined): string {
  const parts = [value ?? []].flat().flatMap((text) => text.split(","));
  return [...new Set(parts.map((part) => part.trim()).filter((part) => part !== ""))].join(",");
}
