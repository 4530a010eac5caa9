/** Reads from the address what a list is searched for, and from where in it a page begins. Pure. */
import { oneParam, type SearchParams } from "@/app/search-params";
import { searchInput } from "@/trpc/search-input";

export function readSearch(params: SearchParams) {
  const given = oneParam(params, "search");
  const search = (given ?? "").trim();
  const cursor = oneParam(params, "cursor") ?? null;
  return {
    search,
    /** What cannot be a cursor of ours leads to the beginning of the list. */
    cursor: searchInput.shape.cursor.safeParse(cursor).success ? cursor : null,
    problem: searchInput.shape.search.safeParse(search).success ? undefined : "Search for at most 200 characters.",
    /** An empty field is sent along by the form; the address that people copy should not carry it. */
    untidy: given === "",
  };
}
