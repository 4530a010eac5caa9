"use client";
/** The page that stands in for one that could not be made. */
import { FailureMessage } from "@/app/_shell/failure-message";
import { QuietPage } from "@/app/_shell/quiet-page";

export function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <QuietPage>
      <FailureMessage error={error} retry={retry} />
    </QuietPage>
  );
}
