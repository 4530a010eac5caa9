/** What stands in place of something that the person has no role for. */
import { LockKeyhole } from "lucide-react";
import type { GatebookSession } from "@/auth/session-shape";
import { buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { PageHeader } from "@/ui/page-header";

type NoPermissionProps = { title: string; session: GatebookSession; need?: string };

/** @param need which role it takes, as the refusal has said it */
export function NoPermission({
  title,
  session,
  need = "You need the auditor, admin or owner role.",
}: NoPermissionProps) {
  const names = session.memberships.map(({ name }) => name);
  return (
    <>
      <PageHeader title={title} />
      <Card>
        <EmptyState
          icon={LockKeyhole}
          title="You don't have permission to see this"
          actions={
            <a href="/account/activity" className={buttonClass()}>
              Your own activity
            </a>
          }
        >
          {need} {names.length > 0 ? `Ask an owner of ${names.join(" or ")}.` : "Ask whoever runs this Gatebook."}
        </EmptyState>
      </Card>
    </>
  );
}
