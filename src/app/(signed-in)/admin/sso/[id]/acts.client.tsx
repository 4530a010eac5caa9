"use client";
/** Enable, disable, delete. What would keep people out, and what was never tested, is asked about first. */
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import type { ConnectionDetails } from "@/app/(signed-in)/admin/sso/[id]/connection-page.client";
import { disablingWords, SSO_HREF } from "@/app/(signed-in)/admin/sso/sso-words";
import { verdictOf } from "@/auth/connection-test/verdict";
import { isForbidden, isUnexpected } from "@/trpc/call-error";
import { trpc } from "@/trpc/hooks.client";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/confirm-dialog.client";
import { announce } from "@/ui/status-region.client";

type Asked = "enable" | "disable" | "delete";

export function Acts({ connection }: { connection: ConnectionDetails }) {
  const { id, name, enabledAt } = connection;
  const verdict = verdictOf(connection.testResult);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const place = useRef<HTMLElement>(null);
  const router = useRouter();
  const utils = trpc.useUtils();

  /** What the three acts have in common. */
  const handlers = (words: string, then?: () => void) => ({
    onMutate: () => setProblem(null),
    onSuccess: () => {
      announce(words);
      then?.();
    },
    // The rest is said beside the page.
    onError: (error: { message: string }) => {
      if (!isForbidden(error) && !isUnexpected(error)) setProblem(error.message);
    },
    onSettled: async () => {
      setAsked(null);
      await utils.ssoConnections.list.invalidate();
    },
  });
  const refresh = () => void utils.ssoConnections.get.invalidate({ connectionId: id });
  const enable = trpc.ssoConnections.enable.useMutation(handlers("Enabled. People sign in by it now.", refresh));
  const disable = trpc.ssoConnections.disable.useMutation(handlers("Disabled.", refresh));
  const remove = trpc.ssoConnections.delete.useMutation(handlers("Deleted.", () => router.push(SSO_HREF)));
  const onClosed = () => place.current?.focus();

  return (
    // The buttons change with the state: the focus stays with what they are about.
    <section
      ref={place}
      tabIndex={-1}
      aria-label="What can be done"
      className="flex flex-col gap-3 border-line border-t px-4 py-3 text-sm scripting-none:hidden"
    >
      {problem && (
        <div role="alert">
          <Alert tone="failure" title="Nothing was changed">
            {problem}
          </Alert>
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        {enabledAt ? (
          <Button size="small" onClick={() => setAsked("disable")}>
            Disable
          </Button>
        ) : (
          <Button
            size="small"
            weight={verdict === "passed" ? "primary" : "secondary"}
            aria-disabled={enable.isPending}
            onClick={() => {
              if (enable.isPending) return;
              if (verdict !== "passed") return setAsked("enable");
              place.current?.focus();
              enable.mutate({ connectionId: id });
            }}
          >
            {enable.isPending ? "Enabling…" : "Enable"}
          </Button>
        )}
        <Button size="small" onClick={() => setAsked("delete")}>
          Delete
        </Button>
      </div>
      <ConfirmDialog
        open={asked === "enable"}
        title={verdict === "failed" ? `Enable ${name} although its test failed?` : `Enable ${name} untested?`}
        confirm="Enable"
        doing="Enabling…"
        busy={enable.isPending}
        onConfirm={() => enable.mutate({ connectionId: id })}
        onClose={() => setAsked(null)}
        onClosed={onClosed}
      >
        {connection.organizationId === null
          ? "It takes the place of the environment's provider of its kind at once. If it does not work, nobody signs in by either."
          : "People are sent to it at once. If it does not work, those who are required to use it cannot sign in."}
      </ConfirmDialog>
      <ConfirmDialog
        open={asked === "disable"}
        title={`Disable ${name}?`}
        confirm="Disable"
        doing="Disabling…"
        busy={disable.isPending}
        onConfirm={() => disable.mutate({ connectionId: id, confirmed: connection.requiredBy > 0 })}
        onClose={() => setAsked(null)}
        onClosed={onClosed}
      >
        {disablingWords(connection)}
      </ConfirmDialog>
      <ConfirmDialog
        open={asked === "delete"}
        title={`Delete ${name}?`}
        confirm="Delete"
        doing="Deleting…"
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ connectionId: id })}
        onClose={() => setAsked(null)}
        onClosed={onClosed}
      >
        Its settings and its secret are gone for good. The history of its sign-ins stays.
      </ConfirmDialog>
    </section>
  );
}
