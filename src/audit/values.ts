/** The values of a key of a filter, which takes one or a list, each once; null where it is not asked for. Pure. */
export function valuesOf<T extends string>(value: T | readonly T[] | undefined): T[] | null {
  if (value === undefined) return null;
  return [...new Set(typeof value === "string" ? [value] : value)];
}
