"use client";
/** One organization: the facts come with the page, and are asked for again after each act. */
import { QueryProblem } from "@/app/_shell/query-problem";
import { SearchForm } from "@/app/_shell/search-form";
import { InviteForm } from "@/app/(signed-in)/admin/organizations/[id]/invite-form.client";
import { MemberList } from "@/app/(signed-in)/admin/organizations/[id]/member-list.client";
import { NamesForm } from "@/app/(signed-in)/admin/organizations/[id]/names-form.client";
import { PendingInvitations } from "@/app/(signed-in)/admin/organizations/[id]/pending-invitations.client";
import { PolicyForm } from "@/app/(signed-in)/admin/organizations/[id]/policy-form.client";
import { organizationHref, organizationsHref } from "@/app/(signed-in)/admin/organizations/organization-words";
import { filterHref } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { type RouterOutputs, trpc } from "@/trpc/hooks.client";
import { buttonClass } from "@/ui/button";
import { Card, Section } from "@/ui/card";
import { PageHeader } from "@/ui/page-header";

export type OrganizationDetails = RouterOutputs["organizations"]["get"];

type OrganizationPageProps = {
  loaded: OrganizationDetails;
  visitorId: string;
  /** What the members are searched for; `typed` where that cannot be searched for, with what is wrong with it. */
  members: { search: string; cursor: string | null; typed: string; problem?: string };
};

export function OrganizationPage({ loaded, visitorId, members }: OrganizationPageProps) {
  const query = trpc.organizations.get.useQuery({ organizationId: loaded.id }, { initialData: loaded });
  const organization = query.data;
  const { id, name, slug, grantableRoles } = organization;
  return (
    <div className="flex max-w-5xl flex-col gap-8">
      <PageHeader
        title={name}
        actions={
          <>
            <a href={organizationsHref("")} className={buttonClass({ size: "small" })}>
              All organizations
            </a>
            <a href={filterHref({ organizationId: id })} className={buttonClass({ size: "small" })}>
              Their sign-ins
            </a>
          </>
        }
      >
        {slug}
      </PageHeader>
      <QueryProblem query={query} what="this organization" retry={() => void query.refetch()} />
      <Section id="members" title="Members">
        <SearchForm
          what="the members"
          label="Email or name"
          href={organizationHref(id)}
          search={members.typed}
          problem={members.problem}
        />
        <MemberList organization={organization} visitorId={visitorId} search={members.search} cursor={members.cursor} />
      </Section>
      <Section
        id="invite"
        title="Invite"
        hint="They get a mail with a link that works once, for 7 days. Nobody joins without opening it."
      >
        <Card>
          <InviteForm organizations={[{ id, name, roles: grantableRoles }]} />
        </Card>
      </Section>
      <Section id="invitations" title="Waiting for an answer">
        <PendingInvitations organization={organization} />
      </Section>
      <Section
        id="policy"
        title="How its people sign in"
        hint="Counts at their next sign-in, for those whose address is in its domains or who joined it first. Admins of this Gatebook are not bound by it."
      >
        <Card>
          <PolicyForm organization={organization} />
        </Card>
      </Section>
      <Section id="names" title="Name">
        <Card>
          <NamesForm organization={organization} />
        </Card>
      </Section>
    </div>
  );
}
