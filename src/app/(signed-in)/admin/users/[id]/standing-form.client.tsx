"use client";
/** What a person is called and, for administrators of the instance, what somebody else is in it. */
import { type FormEvent, useId, useState } from "react";
import { ActProblem } from "@/app/(signed-in)/admin/act-problem";
import { useActs } from "@/app/(signed-in)/admin/use-acts.client";
import type { PersonDetails, Visitor } from "@/app/(signed-in)/admin/users/[id]/person.client";
import { fieldProblems } from "@/trpc/field-problems";
import { trpc } from "@/trpc/hooks.client";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/confirm-dialog.client";
import { Field, SelectField } from "@/ui/field";

type StandingFormProps = { person: PersonDetails; visitor: Visitor };

const isRole = (value: string) => value === "admin" || value === "auditor";

export function StandingForm({ person, visitor }: StandingFormProps) {
  const { id: userId, email } = person;
  const [name, setName] = useState(person.name ?? "");
  const [role, setRole] = useState(person.instanceRole);
  const [asked, setAsked] = useState(false);
  const id = useId();
  const utils = trpc.useUtils();
  const { problem, handlers } = useActs(() =>
    Promise.all([utils.users.get.invalidate({ userId }), utils.users.changes.invalidate({ userId })]),
  );
  const update = trpc.users.update.useMutation(
    handlers(
      () => "Saved.",
      () => setAsked(false),
    ),
  );
  const problems = fieldProblems(update.error);
  const setsRoles = visitor.user.instanceRole === "admin" && visitor.user.id !== userId;

  function save() {
    if (!update.isPending) update.mutate({ userId, name, ...(setsRoles ? { instanceRole: role } : {}) });
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (role === person.instanceRole) save();
    else setAsked(true);
  }

  return (
    <form method="post" onSubmit={submit} className="flex flex-col gap-3 p-4">
      {problems.name === undefined && <ActProblem problem={problem} />}
      <div className="grid max-w-2xl gap-3 sm:grid-cols-2">
        <Field
          id={`${id}-name`}
          label="Name"
          autoComplete="off"
          value={name}
          problem={problems.name}
          onChange={(event) => setName(event.target.value)}
        />
        {setsRoles && (
          <SelectField
            id={`${id}-role`}
            label="Role in this Gatebook"
            value={role ?? ""}
            onChange={({ target: { value } }) => setRole(isRole(value) ? value : null)}
          >
            <option value="">none</option>
            <option value="auditor">auditor: reads everybody's history</option>
            <option value="admin">admin: administers everybody</option>
          </SelectField>
        )}
      </div>
      <div className="scripting-none:hidden">
        <Button type="submit" size="small" aria-disabled={update.isPending}>
          {update.isPending ? "Saving…" : "Save name and role"}
        </Button>
      </div>
      <ConfirmDialog
        open={asked}
        title={`Change the role of ${email}?`}
        confirm="Change role"
        doing="Saving…"
        busy={update.isPending}
        onConfirm={save}
        onClose={() => setAsked(false)}
      >
        From {person.instanceRole ?? "none"} to {role ?? "none"} in this Gatebook. It counts at their next request.
      </ConfirmDialog>
    </form>
  );
}
