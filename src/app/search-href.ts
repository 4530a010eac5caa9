/** The address of a list under a search, optionally from a place in it. Pure. */
export function searchHref(path: string, search: string, cursor?: string | null): string {
  const query = new URLSearchParams();
  if (search) query.set("search", search);
  if (cursor) query.set("cursor", cursor);
  const text = query.toString().replaceAll("%40", "@");
  return text === "" ? path : `${path}?${text}`;
}
