"use client";
/** Who was asked to join and has not answered yet; each can be mailed again or withdrawn. */
import { useRef, useState } from "react";
import { QueryProblem } from "@/app/_shell/query-problem";
import { ActProblem } from "@/app/(signed-in)/admin/act-problem";
import type { OrganizationDetails } from "@/app/(signed-in)/admin/organizations/[id]/organization.client";
import { withArticle } from "@/app/(signed-in)/admin/organizations/organization-words";
import { useActs } from "@/app/(signed-in)/admin/use-acts.client";
import { type RouterOutputs, trpc } from "@/trpc/hooks.client";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { ConfirmDialog } from "@/ui/confirm-dialog.client";
import { SkeletonRows } from "@/ui/skeleton";
import { Time } from "@/ui/time";

type Invitation = RouterOutputs["organizations"]["invitations"]["list"][number];

export function PendingInvitations({ organization: { id, grantableRoles } }: { organization: OrganizationDetails }) {
  const [asked, setAsked] = useState<Invitation | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const utils = trpc.useUtils();
  const query = trpc.organizations.invitations.list.useQuery({ organizationId: id });
  const { problem, handlers } = useActs(() => utils.organizations.invitations.list.invalidate({ organizationId: id }));
  const resend = trpc.organizations.invitations.resend.useMutation(handlers(() => "The invitation is mailed again."));
  const withdraw = trpc.organizations.invitations.withdraw.useMutation(
    handlers(
      () => "The invitation is withdrawn.",
      () => setAsked(null),
    ),
  );
  const invitations = query.data ?? [];

  return (
    <div ref={place} tabIndex={-1} className="flex flex-col gap-3">
      <ActProblem problem={problem} />
      <QueryProblem query={query} what="the invitations" retry={() => void query.refetch()} />
      {query.isPending && (
        <Card>
          <SkeletonRows rows={2} height="h-14" />
        </Card>
      )}
      {query.data && (
        <Card>
          {invitations.length === 0 ? (
            <p className="px-4 py-3 text-muted text-sm">Nobody is waited for.</p>
          ) : (
            <ul className="divide-y divide-line">
              {invitations.map((invitation) => (
                <li
                  key={invitation.id}
                  className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3 text-sm"
                >
                  <InvitationFacts invitation={invitation} />
                  {grantableRoles.includes(invitation.role) && (
                    <div className="flex flex-wrap gap-2 scripting-none:hidden">
                      <Button
                        size="small"
                        aria-disabled={resend.isPending}
                        onClick={() =>
                          resend.isPending || resend.mutate({ organizationId: id, invitationId: invitation.id })
                        }
                      >
                        Mail again<span className="sr-only"> to {invitation.email}</span>
                      </Button>
                      <Button size="small" onClick={() => setAsked(invitation)}>
                        Withdraw<span className="sr-only"> the invitation of {invitation.email}</span>
                      </Button>
                    </div>
                  )}
                </li>
              ))}
            </ul>
          )}
        </Card>
      )}
      <ConfirmDialog
        open={asked !== null}
        title={`Withdraw the invitation of ${asked?.email ?? ""}?`}
        confirm="Withdraw"
        doing="Withdrawing…"
        busy={withdraw.isPending}
        onConfirm={() => asked && withdraw.mutate({ organizationId: id, invitationId: asked.id })}
        onClose={() => setAsked(null)}
        onClosed={() => withdraw.isIdle || place.current?.focus()}
      >
        The link that was mailed opens nothing any more.
      </ConfirmDialog>
    </div>
  );
}

function InvitationFacts({
  invitation: { email, role, invitedBy, mailedAt, expiresAt, expired, overdue },
}: {
  invitation: Invitation;
}) {
  return (
    <div className="min-w-0">
      <p className="font-medium [overflow-wrap:anywhere]">
        {email} <span className="font-normal text-muted">as {withArticle(role)}</span>
      </p>
      <p className="text-muted [overflow-wrap:anywhere]">
        Invited by {invitedBy} ·{" "}
        {mailedAt ? (
          <>
            mailed <Time at={mailedAt} to="minute" />
          </>
        ) : (
          <span className={overdue ? "font-medium text-warning" : undefined}>
            {overdue ? "not mailed yet" : "mail on its way"}
          </span>
        )}{" "}
        ·{" "}
        {expired ? (
          <span className="font-medium text-warning">expired: mail it again</span>
        ) : (
          <>
            until <Time at={expiresAt} to="minute" />
          </>
        )}
      </p>
    </div>
  );
}
