/** /admin/users: who can get in? The people of the organizations that the visitor administers. */
import { TRPCError } from "@trpc/server";
import { SearchX, UserRoundPlus } from "lucide-react";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { NoPermission } from "@/app/_shell/no-permission";
import { SearchForm } from "@/app/_shell/search-form";
import { PEOPLE_PAGE_SIZE } from "@/app/(signed-in)/admin/users/page-size";
import { UserList } from "@/app/(signed-in)/admin/users/user-list.client";
import { INVITE_PATH, usersHref } from "@/app/(signed-in)/admin/users/user-words";
import { readSearch } from "@/app/search-address";
import type { SearchParams } from "@/app/search-params";
import { requireSession } from "@/auth/session.server";
import { canAdminister } from "@/auth/session-shape";
import { HydrateClient, trpc } from "@/trpc/caller.server";
import { buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { PageHeader } from "@/ui/page-header";

type PageProps = { searchParams: Promise<SearchParams> };

export async function generateMetadata({ searchParams }: PageProps): Promise<Metadata> {
  const { search, problem } = readSearch(await searchParams);
  return { title: search && !problem ? `Users: ${search}` : "Users" };
}

export default async function UsersPage({ searchParams }: PageProps) {
  const { search, cursor, problem, untidy } = readSearch(await searchParams);
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
      <PageHeader
        title="Users"
        actions={
          <a href={INVITE_PATH} className={buttonClass({ size: "small" })}>
            <UserRoundPlus className="size-4" />
            Invite
          </a>
        }
      >
        Who can get in, and when and how they last did.
      </PageHeader>
      <SearchForm what="the users" label="Email or name" href={usersHref("")} search={search} problem={problem} />
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
