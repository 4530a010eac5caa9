"use client";
/** What can be done about somebody's access. What takes it away is asked about first; what came of it is said. */
import { type ReactNode, useRef, useState } from "react";
import { ActProblem } from "@/app/(signed-in)/admin/act-problem";
import { useActs } from "@/app/(signed-in)/admin/use-acts.client";
import type { PersonDetails } from "@/app/(signed-in)/admin/users/[id]/person.client";
import { sessionWords } from "@/app/(signed-in)/admin/users/user-words";
import { trpc } from "@/trpc/hooks.client";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/confirm-dialog.client";

type ActsProps = { person: PersonDetails; own: boolean };

export function Acts({ person, own }: ActsProps) {
  if (own) {
    return (
      <Note>
        This is you. Nobody can disable their own account; your own sessions are under{" "}
        <a href="/account/sessions" className="text-accent underline underline-offset-2">
          Sessions
        </a>
        .
      </Note>
    );
  }
  if (!person.administered) {
    return <Note>This account is not yours alone to administer. An admin of the whole Gatebook can change it.</Note>;
  }
  return <OfferedActs person={person} />;
}

function Note({ children }: { children: ReactNode }) {
  return <p className="border-line border-t px-4 py-3 text-muted text-sm">{children}</p>;
}

function OfferedActs({ person: { id, email, disabledAt, liveSessions } }: { person: PersonDetails }) {
  const [asked, setAsked] = useState<"disable" | "endSessions" | null>(null);
  const place = useRef<HTMLElement>(null);
  const utils = trpc.useUtils();
  const sessions = sessionWords(liveSessions ?? 0);

  const { problem, handlers } = useActs(() =>
    Promise.all([
      utils.users.get.invalidate({ userId: id }),
      utils.users.list.invalidate(),
      utils.users.changes.invalidate({ userId: id }),
    ]),
  );
  const close = () => setAsked(null);
  const disable = trpc.users.disable.useMutation(
    handlers(({ ended }: { ended: number }) => `Disabled. Ended ${sessionWords(ended)}.`, close),
  );
  const enable = trpc.users.enable.useMutation(handlers(() => "Enabled. They can sign in again.", close));
  const endSessions = trpc.users.endSessions.useMutation(
    handlers(({ ended }: { ended: number }) => `Ended ${sessionWords(ended)}.`, close),
  );

  return (
    // The buttons change with the state: the focus stays with what they are about.
    <section
      ref={place}
      tabIndex={-1}
      aria-label="What can be done"
      className="flex flex-col gap-3 border-line border-t px-4 py-3 text-sm scripting-none:hidden"
    >
      <ActProblem problem={problem} />
      {disabledAt ? (
        <Act hint="Enable: they can sign in again. No session comes back.">
          <Button
            size="small"
            aria-disabled={enable.isPending}
            onClick={() => {
              if (enable.isPending) return;
              place.current?.focus();
              enable.mutate({ userId: id });
            }}
          >
            {enable.isPending ? "Enabling…" : "Enable"}
          </Button>
        </Act>
      ) : (
        <Act hint={`Disable: ends ${sessions} and blocks sign-in. History stays.`}>
          <Button size="small" weight="danger" onClick={() => setAsked("disable")}>
            Disable
          </Button>
        </Act>
      )}
      {liveSessions !== null && liveSessions > 0 && (
        <Act hint={`End all sessions: ${sessions}. They can sign in again at once.`}>
          <Button size="small" onClick={() => setAsked("endSessions")}>
            End all sessions
          </Button>
        </Act>
      )}
      <ConfirmDialog
        open={asked === "disable"}
        title={`Disable ${email}?`}
        confirm="Disable"
        doing="Disabling…"
        busy={disable.isPending}
        onConfirm={() => disable.mutate({ userId: id })}
        onClose={() => setAsked(null)}
        onClosed={() => disable.isIdle || place.current?.focus()}
      >
        Ends {sessions} and blocks sign-in. History stays.
      </ConfirmDialog>
      <ConfirmDialog
        open={asked === "endSessions"}
        title={`End ${sessions} of ${email}?`}
        confirm="End all sessions"
        doing="Ending…"
        busy={endSessions.isPending}
        onConfirm={() => endSessions.mutate({ userId: id })}
        onClose={() => setAsked(null)}
        onClosed={() => endSessions.isIdle || place.current?.focus()}
      >
        They are signed out everywhere, at the next request of each browser.
      </ConfirmDialog>
    </section>
  );
}

function Act({ hint, children }: { hint: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
      <p className="text-muted">{hint}</p>
      {children}
    </div>
  );
}
