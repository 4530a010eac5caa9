/** The query of a page's address. Pure. */

export type SearchParams = Record<string, string | string[] | undefined>;

/** The value of a parameter; the first one where it is repeated. */
export function oneParam(params: SearchParams, name: string): string | undefined {
  const value = params[name];
  return Array.isArray(value) ? value[0] : value;
}
