/** What a page of the administration says to someone without a role that may read it. */
import { LockKeyhole } from "lucide-react";
import type { GatebookSession } from "@/auth/session-shape";
import { buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { PageHeader } from "@/ui/page-header";

export function NoPermission({ title, session }: { title: string; session: GatebookSession }) {
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
          You need the auditor, admin or owner role.{" "}
          {names.length > 0 ? `Ask an owner of ${names.join(" or ")}.` : "Ask whoever runs this Gatebook."}
        </EmptyState>
      </Card>
    </>
  );
}
