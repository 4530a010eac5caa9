/** What an act changed, field by field, from two states of the same thing. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { Changes, JsonValue } from "@/audit/catalogue";

/** The value as the book keeps it: dates as ISO 8601, what has no JSON form by its text, nothing there as null. */
function kept(value: unknown): JsonValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "invalid date" : value.toISOString();
  if (Array.isArray(value)) return value.map(kept);
  if (value instanceof Set) return [...value].map(kept);
  if (value instanceof Map) return kept(Object.fromEntries(value));
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, inner]) => inner !== undefined)
        .map(([key, inner]) => [key, kept(inner)]),
    );
  }
  return String(value);
}

function fieldOf(state: Readonly<Record<string, unknown>>, field: string): JsonValue {
  return Object.hasOwn(state, field) ? kept(state[field]) : null;
}

/**
 * The fields of `allowed` that differ, each from what to what; null when none does. A field that is not there counts as
 * null; the order and the length of arrays count; nested values are kept whole. Fields outside `allowed` never appear.
 */
export function changesBetween(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  allowed: readonly string[],
): Changes | null {
  const changes: Changes = {};
  for (const field of allowed) {
    const [from, to] = [fieldOf(before, field), fieldOf(after, field)];
    if (!isDeepStrictEqual(from, to)) changes[field] = { from, to };
  }
  return Object.keys(changes).length > 0 ? changes : null;
}
