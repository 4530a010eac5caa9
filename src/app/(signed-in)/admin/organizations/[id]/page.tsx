/** /admin/organizations/ID: who is in it and as what, who was asked to join, and how its people may sign in. */
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { cache } from "react";
import { loadOne } from "@/app/_shell/load-one.server";
import { NoPermission } from "@/app/_shell/no-permission";
import { OrganizationPage } from "@/app/(signed-in)/admin/organizations/[id]/organization.client";
import { organizationHref } from "@/app/(signed-in)/admin/organizations/organization-words";
import { MEMBERS_PAGE_SIZE } from "@/app/(signed-in)/admin/organizations/page-size";
import { readSearch } from "@/app/search-address";
import type { SearchParams } from "@/app/search-params";
import { requireSession } from "@/auth/session.server";
import { HydrateClient, trpc } from "@/trpc/caller.server";

type PageProps = { params: Promise<{ id: string }>; searchParams: Promise<SearchParams> };

/** The organization, or null for a visitor without a role. What is not there and what is not theirs are the same to them. */
const load = cache(async (id: string) => {
  await requireSession(organizationHref(id));
  return loadOne(() => trpc.organizations.get({ organizationId: id }));
});

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: (await load((await params).id))?.name ?? "Organization" };
}

export default async function OrganizationRoute({ params, searchParams }: PageProps) {
  const { id } = await params;
  const { search, cursor, problem, untidy } = readSearch(await searchParams);
  const session = await requireSession(organizationHref(id, search, cursor));
  const organization = await load(id);
  if (!organization)
    return <NoPermission title="Organization" session={session} need="You need the admin or owner role." />;
  if (untidy) redirect(organizationHref(id));
  const wanted = problem ? "" : search;
  await Promise.all([
    trpc.organizations.members.list.prefetchInfinite(
      { organizationId: id, search: wanted, limit: MEMBERS_PAGE_SIZE, cursor },
      { initialCursor: cursor, getNextPageParam: (last) => last.nextCursor },
    ),
    trpc.organizations.invitations.list.prefetch({ organizationId: id }),
  ]);
  return (
    <HydrateClient>
      <OrganizationPage
        key={organizationHref(id, search, cursor)}
        loaded={organization}
        visitorId={session.user.id}
        members={{ search: wanted, cursor, problem, typed: search }}
      />
    </HydrateClient>
  );
}
