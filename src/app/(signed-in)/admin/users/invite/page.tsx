/** /admin/users/invite: asks somebody to join one of the organizations that the visitor administers. */
import { TRPCError } from "@trpc/server";
import type { Metadata } from "next";
import { NoPermission } from "@/app/_shell/no-permission";
import { InviteForm, type Inviting } from "@/app/(signed-in)/admin/organizations/[id]/invite-form.client";
import { INVITE_PATH, usersHref } from "@/app/(signed-in)/admin/users/user-words";
import { requireSession } from "@/auth/session.server";
import { authorityIn, type GatebookSession } from "@/auth/session-shape";
import { mayGrant, roles } from "@/directory/roles";
import { trpc } from "@/trpc/caller.server";
import { buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";
import { PageHeader } from "@/ui/page-header";

/** Organizations that are offered; whoever administers more invites on an organization's own page. */
const OFFERED = 200;

export const metadata: Metadata = { title: "Invite" };

async function offeredTo(session: GatebookSession): Promise<Inviting[] | null> {
  try {
    const { items } = await trpc.organizations.list({ limit: OFFERED });
    return items.map(({ id, name }) => {
      const authority = authorityIn(session, id);
      return { id, name, roles: roles.filter((role) => authority !== null && mayGrant(authority, role)) };
    });
  } catch (error) {
    if (error instanceof TRPCError && error.code === "FORBIDDEN") return null;
    throw error;
  }
}

export default async function InvitePage() {
  const session = await requireSession(INVITE_PATH);
  const organizations = await offeredTo(session);
  if (!organizations) return <NoPermission title="Invite" session={session} need="You need the admin or owner role." />;
  return (
    <>
      <PageHeader
        title="Invite"
        actions={
          <a href={usersHref("")} className={buttonClass({ size: "small" })}>
            All users
          </a>
        }
      >
        They get a mail with a link that works once, for 7 days. Nobody joins without opening it.
      </PageHeader>
      <Card className="max-w-3xl">
        {organizations.length > 0 ? (
          <InviteForm organizations={organizations} />
        ) : (
          <p className="px-4 py-3 text-muted text-sm">There is no organization yet to invite somebody to.</p>
        )}
      </Card>
    </>
  );
}
