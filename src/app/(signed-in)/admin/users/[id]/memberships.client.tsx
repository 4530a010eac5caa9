"use client";
/** The organizations that a person belongs to, as far as the visitor administers them, and as what. */
import { useRef, useState } from "react";
import { ActProblem } from "@/app/(signed-in)/admin/act-problem";
import { organizationHref } from "@/app/(signed-in)/admin/organizations/organization-words";
import { type AskedMembership, RoleDialogs } from "@/app/(signed-in)/admin/role-dialogs.client";
import { useActs } from "@/app/(signed-in)/admin/use-acts.client";
import type { PersonDetails, Visitor } from "@/app/(signed-in)/admin/users/[id]/person.client";
import { authorityIn } from "@/auth/session-shape";
import { mayGrant, type Role, roles } from "@/directory/roles";
import { trpc } from "@/trpc/hooks.client";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";

type MembershipsProps = { person: PersonDetails; visitor: Visitor };

export function Memberships({ person: { id, email, memberships }, visitor }: MembershipsProps) {
  const [asked, setAsked] = useState<AskedMembership | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const utils = trpc.useUtils();
  const acts = useActs(() =>
    Promise.all([utils.users.get.invalidate({ userId: id }), utils.users.changes.invalidate({ userId: id })]),
  );
  const grantable = (organizationId: string): Role[] => {
    const authority = authorityIn(visitor, organizationId);
    return roles.filter((role) => authority !== null && mayGrant(authority, role));
  };
  return (
    <div ref={place} tabIndex={-1} className="flex flex-col gap-3">
      <ActProblem problem={acts.problem} />
      <Card>
        {memberships.length === 0 ? (
          <p className="px-4 py-3 text-muted text-sm">They belong to no organization.</p>
        ) : (
          <ul className="divide-y divide-line text-sm">
            {memberships.map(({ organizationId, name, role }) => (
              <li key={organizationId} className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
                <a
                  href={organizationHref(organizationId)}
                  className="rounded-sm font-medium text-accent underline-offset-2 [overflow-wrap:anywhere] hover:underline"
                >
                  {name}
                </a>
                <Badge tone={role === "owner" ? "accent" : "neutral"}>{role}</Badge>
                {grantable(organizationId).includes(role) && (
                  <span className="ml-auto flex flex-wrap gap-2 scripting-none:hidden">
                    {(["role", "remove"] as const).map((act) => (
                      <Button
                        key={act}
                        size="small"
                        onClick={() => setAsked({ act, userId: id, email, role, organizationId, organization: name })}
                      >
                        {act === "role" ? "Change role" : "Remove"}
                        <span className="sr-only">
                          {act === "role" ? " in " : " from "}
                          {name}
                        </span>
                      </Button>
                    ))}
                  </span>
                )}
              </li>
            ))}
          </ul>
        )}
      </Card>
      <RoleDialogs
        asked={asked}
        roles={asked ? grantable(asked.organizationId) : []}
        acts={acts}
        close={() => setAsked(null)}
        closed={() => place.current?.focus()}
      />
    </div>
  );
}
