"use client";
/** Ends the session that an attempt opened, after a question. One that is over already is no failure. */
import { useState } from "react";
import { isForbidden, isUnexpected } from "@/trpc/call-error";
import { trpc } from "@/trpc/hooks.client";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/confirm-dialog.client";
import { announce } from "@/ui/status-region.client";

type EndSessionProps = { userId: string; sessionId: string; who: string };

export function EndSession({ userId, sessionId, who }: EndSessionProps) {
  const [asked, setAsked] = useState(false);
  const [outcome, setOutcome] = useState<string | null>(null);
  const end = trpc.users.endSession.useMutation({
    onSuccess: () => say("Ended."),
    onError: (error) => {
      if (!isForbidden(error) && !isUnexpected(error)) say(error.message);
    },
    onSettled: () => setAsked(false),
  });
  function say(words: string) {
    setOutcome(words);
    announce(words);
  }
  if (outcome) return <p className="self-center text-muted">{outcome}</p>;
  return (
    <>
      <Button size="small" onClick={() => setAsked(true)}>
        End session
      </Button>
      <ConfirmDialog
        open={asked}
        title={`End this session of ${who}?`}
        confirm="End session"
        doing="Ending…"
        busy={end.isPending}
        onConfirm={() => end.mutate({ userId, sessionId })}
        onClose={() => setAsked(false)}
      >
        That browser is signed out at its next request.
      </ConfirmDialog>
    </>
  );
}
