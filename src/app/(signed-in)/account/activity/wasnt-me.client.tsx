"use client";
/** For somebody who finds a sign-in that was not theirs: every other browser out first, and then a new password. */
import { useRouter } from "next/navigation";
import { useState } from "react";
import { trpc } from "@/trpc/hooks.client";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { ConfirmDialog } from "@/ui/confirm-dialog.client";
import { announce } from "@/ui/status-region.client";

export function WasntMe() {
  const [asked, setAsked] = useState(false);
  const router = useRouter();
  const utils = trpc.useUtils();
  const end = trpc.session.revokeOthers.useMutation({
    onSuccess: ({ ended }) => {
      announce(ended === 1 ? "Ended 1 session." : `Ended ${ended} sessions.`);
      void utils.session.list.invalidate();
      router.push("/account/security");
    },
    onSettled: () => setAsked(false),
  });
  return (
    <Card className="flex flex-wrap items-center justify-between gap-3 px-4 py-3 scripting-none:hidden">
      <p className="text-muted text-sm">Is there one that you don't know? End it before anything else.</p>
      <Button size="small" weight="danger" onClick={() => setAsked(true)}>
        This wasn't me
      </Button>
      <ConfirmDialog
        open={asked}
        title="End all other sessions, and change your password?"
        confirm="End them, and go on"
        doing="Ending…"
        busy={end.isPending}
        onConfirm={() => end.mutate()}
        onClose={() => setAsked(false)}
      >
        Every browser but this one is signed out at its next request. On the next page you choose a new password, so
        that whoever it was does not come back.
      </ConfirmDialog>
    </Card>
  );
}
