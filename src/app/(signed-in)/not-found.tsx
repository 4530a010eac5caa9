/** What is not there, for somebody who is signed in: said inside the shell, with its navigation. */
import { SearchX } from "lucide-react";
import { NOT_FOUND } from "@/app/_words/not-found";
import { buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { PageHeader } from "@/ui/page-header";

export default function NotFoundInShell() {
  return (
    <>
      <PageHeader title="Not found" />
      <Card>
        <EmptyState
          icon={SearchX}
          title={NOT_FOUND}
          actions={
            <a href="/" className={buttonClass()}>
              Go to the start
            </a>
          }
        />
      </Card>
    </>
  );
}
