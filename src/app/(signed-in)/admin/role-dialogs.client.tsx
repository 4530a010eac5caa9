"use client";
/** What is asked before somebody's role in an organization changes, or before they are in it no more. */
import { type FormEvent, useState } from "react";
import { roleMeanings } from "@/app/(signed-in)/admin/organizations/organization-words";
import type { useActs } from "@/app/(signed-in)/admin/use-acts.client";
import type { Role } from "@/directory/roles";
import { trpc } from "@/trpc/hooks.client";
import { Button } from "@/ui/button";
import { Checkbox, Choices } from "@/ui/checkbox";
import { ConfirmDialog } from "@/ui/confirm-dialog.client";
import { Dialog } from "@/ui/dialog.client";

export type AskedMembership = {
  act: "role" | "remove";
  userId: string;
  email: string;
  role: Role;
  organizationId: string;
  organization: string;
};

type RoleDialogsProps = {
  asked: AskedMembership | null;
  /** Those that the visitor may give. */
  roles: readonly Role[];
  acts: ReturnType<typeof useActs>;
  close: () => void;
  /** An act was done: what was pressed may be gone, so the focus goes to what it was about. */
  closed: () => void;
};

export function RoleDialogs({ asked, roles, acts, close, closed }: RoleDialogsProps) {
  const setRole = trpc.organizations.members.setRole.useMutation(
    acts.handlers(({ role }: { role: Role | null }) => `The role is ${role} now.`, close),
  );
  const remove = trpc.organizations.members.remove.useMutation(
    acts.handlers(() => "They are no member any more.", close),
  );
  return (
    <>
      <Dialog
        open={asked?.act === "role"}
        title={`Role of ${asked?.email ?? ""}`}
        text={`In ${asked?.organization ?? ""}. It counts at their next request.`}
        onClose={close}
      >
        {asked && (
          <RoleForm
            key={asked.userId + asked.organizationId}
            role={asked.role}
            roles={roles}
            busy={setRole.isPending}
            cancel={close}
            save={(role) => {
              const { userId, organizationId } = asked;
              if (role === asked.role) close();
              else setRole.mutate({ userId, organizationId, role });
            }}
          />
        )}
      </Dialog>
      <ConfirmDialog
        open={asked?.act === "remove"}
        title={`Remove ${asked?.email ?? ""} from ${asked?.organization ?? ""}?`}
        confirm="Remove"
        doing="Removing…"
        busy={remove.isPending}
        onConfirm={() => asked && remove.mutate({ userId: asked.userId, organizationId: asked.organizationId })}
        onClose={close}
        onClosed={() => remove.isIdle || closed()}
      >
        They lose what they may do and see here at their next request. Their account and their history stay.
      </ConfirmDialog>
    </>
  );
}

type RoleFormProps = {
  role: Role;
  roles: readonly Role[];
  busy: boolean;
  cancel: () => void;
  save: (role: Role) => void;
};

function RoleForm({ role, roles, busy, cancel, save }: RoleFormProps) {
  const [chosen, setChosen] = useState(role);
  function submit(event: FormEvent) {
    event.preventDefault();
    if (!busy) save(chosen);
  }
  return (
    <form method="post" onSubmit={submit} className="mt-4 flex flex-col gap-5">
      <Choices legend="Role">
        {roles.map((offered) => (
          <Checkbox
            key={offered}
            type="radio"
            name="role"
            value={offered}
            checked={chosen === offered}
            onChange={() => setChosen(offered)}
            hint={roleMeanings[offered]}
          >
            {offered}
          </Checkbox>
        ))}
      </Choices>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={cancel}>Cancel</Button>
        <Button type="submit" weight="primary" aria-disabled={busy}>
          {busy ? "Saving…" : "Save role"}
        </Button>
      </div>
    </form>
  );
}
