"use client";
/** Ends every session but this browser's, after a question that says how many that are. */
import { useRef, useState } from "react";
import { trpc } from "@/trpc/hooks.client";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/confirm-dialog.client";

const sessions = (count: number) => (count === 1 ? "1 session" : `${count} sessions`);

/** @param onEnded told in a sentence what came of it */
export function EndOthers({ count, onEnded }: { count: number; onEnded: (words: string) => void }) {
  const [asked, setAsked] = useState<number | null>(null);
  const outcome = useRef<string | null>(null);
  const end = trpc.session.revokeOthers.useMutation({
    onSuccess: ({ ended }) => {
      const wanted = asked ?? count;
      outcome.current =
        ended < wanted ? `Ended ${ended} of ${wanted}: the rest had ended already.` : `Ended ${sessions(wanted)}.`;
    },
    // What went wrong is said beside the page, which the dialog would cover.
    onSettled: () => setAsked(null),
  });

  // Only now: under the open dialog nothing can take the focus.
  function closed() {
    if (outcome.current !== null) onEnded(outcome.current);
    outcome.current = null;
  }

  return (
    <div className="flex min-h-9 flex-wrap items-center justify-between gap-3">
      <p className="text-muted text-sm">
        {count === 0 ? "You are signed in nowhere else." : `${sessions(count)} besides this one.`}
      </p>
      {count > 0 && (
        <Button size="small" onClick={() => setAsked(count)} className="scripting-none:hidden">
          End all others
        </Button>
      )}
      <ConfirmDialog
        open={asked !== null}
        title={`End ${sessions(asked ?? count)}?`}
        confirm={`End ${sessions(asked ?? count)}`}
        doing="Ending…"
        busy={end.isPending}
        onConfirm={() => end.mutate()}
        onClose={() => setAsked(null)}
        onClosed={closed}
      >
        {(asked ?? count) === 1
          ? "That browser is signed out at its next request."
          : "Those browsers are signed out at their next request."}
      </ConfirmDialog>
    </div>
  );
}
