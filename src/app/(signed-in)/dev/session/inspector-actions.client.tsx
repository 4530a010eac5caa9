"use client";
/** What a developer can do with their own session: renew its token, end it, and see what time will do to it. */
import { Hourglass, LogOut, RotateCw } from "lucide-react";
import { useNewToken } from "@/app/(signed-in)/session-provider.client";
import { trpc } from "@/trpc/hooks.client";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button.client";
import { announce } from "@/ui/status-region.client";

type InspectorActionsProps = { sid: string; canSimulate: boolean; json: () => string };

export function InspectorActions({ sid, canSimulate, json }: InspectorActionsProps) {
  const utils = trpc.useUtils();
  const newToken = useNewToken();
  // The next question is answered with UNAUTHORIZED, as it would be had somebody else ended the session.
  const lookAgain = () => utils.session.inspect.invalidate();
  const revoke = trpc.session.revoke.useMutation({ onSettled: lookAgain });
  const expire = trpc.session.simulateExpiry.useMutation({ onSettled: lookAgain });

  async function refresh() {
    const renewed = await newToken();
    await lookAgain();
    announce(renewed ? "The browser has a new token." : "The browser keeps its token: none was given out.");
  }

  return (
    <div className="flex flex-wrap gap-2">
      <Button size="small" onClick={refresh}>
        <RotateCw className="size-4" />
        Refresh token
      </Button>
      <CopyButton text={json}>Copy as JSON</CopyButton>
      {canSimulate && (
        <>
          <Button size="small" onClick={() => expire.mutate({ kind: "idle" })}>
            <Hourglass className="size-4" />
            Simulate idle expiry
          </Button>
          <Button size="small" onClick={() => expire.mutate({ kind: "absolute" })}>
            <Hourglass className="size-4" />
            Simulate absolute expiry
          </Button>
        </>
      )}
      <Button size="small" onClick={() => revoke.mutate({ sessionId: sid })}>
        <LogOut className="size-4" />
        End session
      </Button>
    </div>
  );
}
