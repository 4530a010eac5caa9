/** /admin/organizations: who is grouped with whom. The organizations that the visitor administers. */
import { TRPCError } from "@trpc/server";
import { SearchX } from "lucide-react";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { NoPermission } from "@/app/_shell/no-permission";
import { SearchForm } from "@/app/_shell/search-form";
import { NewOrganization } from "@/app/(signed-in)/admin/organizations/new-organization.client";
import { OrganizationList } from "@/app/(signed-in)/admin/organizations/organization-list.client";
import { organizationsHref } from "@/app/(signed-in)/admin/organizations/organization-words";
import { ORGANIZATIONS_PAGE_SIZE } from "@/app/(signed-in)/admin/organizations/page-size";
import { readSearch } from "@/app/search-address";
import type { SearchParams } from "@/app/search-params";
import { requireSession } from "@/auth/session.server";
import { canAdminister } from "@/auth/session-shape";
import { HydrateClient, trpc } from "@/trpc/caller.server";
import { Card, Section } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { PageHeader } from "@/ui/page-header";

type PageProps = { searchParams: Promise<SearchParams> };

export async function generateMetadata({ searchParams }: PageProps): Promise<Metadata> {
  const { search, problem } = readSearch(await searchParams);
  return { title: search && !problem ? `Organizations: ${search}` : "Organizations" };
}

export default async function OrganizationsPage({ searchParams }: PageProps) {
  const { search, cursor, problem, untidy } = readSearch(await searchParams);
  const session = await requireSession(organizationsHref(search, cursor));
  if (!canAdminister(session)) {
    // The procedure refuses too, and records that somebody asked.
    await trpc.organizations.list({ limit: 1 }).catch((error: unknown) => {
      if (!(error instanceof TRPCError && error.code === "FORBIDDEN")) throw error;
    });
    return <NoPermission title="Organizations" session={session} need="You need the admin or owner role." />;
  }
  if (untidy) redirect(organizationsHref(""));
  if (!problem) {
    await trpc.organizations.list.prefetchInfinite(
      { search, limit: ORGANIZATIONS_PAGE_SIZE, cursor },
      { initialCursor: cursor, getNextPageParam: (last) => last.nextCursor },
    );
  }
  return (
    <>
      <PageHeader title="Organizations">Whose people are whose, and how they may sign in.</PageHeader>
      <SearchForm
        what="the organizations"
        label="Name, slug or domain"
        href={organizationsHref("")}
        search={search}
        problem={problem}
      />
      {problem ? (
        <Card>
          <EmptyState icon={SearchX} title="This can't be searched for">
            Nothing is shown until it is mended: see the message at the field.
          </EmptyState>
        </Card>
      ) : (
        <HydrateClient>
          <OrganizationList key={organizationsHref(search, cursor)} search={search} cursor={cursor} />
        </HydrateClient>
      )}
      {session.user.instanceRole === "admin" && (
        <Section id="new" title="New organization" hint="It begins without members: invite its owner next.">
          <Card>
            <NewOrganization />
          </Card>
        </Section>
      )}
    </>
  );
}
