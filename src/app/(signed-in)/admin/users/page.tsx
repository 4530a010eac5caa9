/** /admin/users: who can get in? The people of the organizations that the visitor administers. */
import { TRPCError } from "@trpc/server";
import { SearchX } from "lucide-react";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { NoPermission } from "@/app/_shell/no-permission";
import { PEOPLE_PAGE_SIZE } from "@/app/(signed-in)/admin/users/page-size";
import { SearchForm } from "@/app/(signed-in)/admin/users/search-form";
import { UserList } from "@/app/(signed-in)/admin/users/user-list.client";
import { usersHref } from "@/app/(signed-in)/admin/users/user-words";
import { oneParam, type SearchParams } from "@/app/search-params";
import { requireSession } from "@/auth/session.server";
import { canAdminister } from "@/auth/session-shape";
import { HydrateClient, trpc } from "@/trpc/caller.server";
import { searchInput } from "@/trpc/search-input";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { PageHeader } from "@/ui/page-header";

type PageProps = { searchParams: Promise<SearchParams> };

function readAddress(params: SearchParams) {
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

export async function generateMetadata({ searchParams }: PageProps): Promise<Metadata> {
  const { search, problem } = readAddress(await searchParams);
  return { title: search && !problem ? `Users: ${search}` : "Users" };
}

export default async function UsersPage({ searchParams }: PageProps) {
  const { search, cursor, problem, untidy } = readAddress(await searchParams);
  const session = await requireSession(usersHref(search, cursor));
  if (!canAdminister(session)) {
    // The procedure refuses too, and records that somebody asked.
    await trpc.users.list({ limit: 1 }).catch((error: unknown) => {
      if (!(error instanceof TRPCError && error.code === "FORBIDDEN")) throw error;
    });
    return <NoPermission title="Users" session={session} need="You need the admin or owner role." />;
  }
  if (untidy) redirect(usersHref(""));

  if (!problem) {
    await trpc.users.list.prefetchInfinite(
      { search, limit: PEOPLE_PAGE_SIZE, cursor },
      { initialCursor: cursor, getNextPageParam: (last) => last.nextCursor },
    );
  }
  return (
    <>
      <PageHeader title="Users">Who can get in, and when and how they last did.</PageHeader>
      <SearchForm search={search} problem={problem} />
      {problem ? (
        <Card>
          <EmptyState icon={SearchX} title="This can't be searched for">
            Nobody is shown until it is mended: see the message at the field.
          </EmptyState>
        </Card>
      ) : (
        <HydrateClient>
          <UserList key={usersHref(search, cursor)} search={search} cursor={cursor} />
        </HydrateClient>
      )}
    </>
  );
}
