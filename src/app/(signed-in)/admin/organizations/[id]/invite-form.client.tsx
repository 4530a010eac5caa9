"use client";
/** Asking somebody to join: an address, the organization where there are several, and the role. */
import { type FormEvent, useId, useRef, useState } from "react";
import { ActProblem } from "@/app/(signed-in)/admin/act-problem";
import { roleMeanings } from "@/app/(signed-in)/admin/organizations/organization-words";
import { useActs } from "@/app/(signed-in)/admin/use-acts.client";
import type { Role } from "@/directory/roles";
import { fieldProblems } from "@/trpc/field-problems";
import { trpc } from "@/trpc/hooks.client";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Field, SelectField } from "@/ui/field";

/** One that the visitor may invite to, and as what. */
export type Inviting = { id: string; name: string; roles: readonly Role[] };

export function InviteForm({ organizations }: { organizations: readonly Inviting[] }) {
  const [email, setEmail] = useState("");
  const [organizationId, setOrganizationId] = useState(organizations[0]?.id ?? "");
  const [role, setRole] = useState<Role>("member");
  const [invited, setInvited] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const utils = trpc.useUtils();
  const { problem, handlers } = useActs(() => utils.organizations.invitations.list.invalidate());
  const invite = trpc.users.invite.useMutation(handlers(() => `${email} is invited.`));
  const chosen = organizations.find((organization) => organization.id === organizationId);
  const problems = fieldProblems(invite.error);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (invite.isPending) return;
    setInvited(null);
    invite.mutate(
      { email, organizationId, role },
      {
        onSuccess: () => {
          setInvited(email);
          setEmail("");
          field.current?.focus();
        },
        onError: () => field.current?.focus(),
      },
    );
  }

  return (
    <form method="post" onSubmit={submit} className="flex flex-col gap-3 p-4 scripting-none:hidden">
      {Object.keys(problems).length === 0 && <ActProblem problem={problem} />}
      {invited && (
        <Alert tone="success" title={`${invited} is invited`}>
          The mail is on its way. Until they open its link and join, they are in the list of those who are waited for.
        </Alert>
      )}
      <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_auto] md:max-w-3xl">
        <div className={organizations.length > 1 ? "sm:col-span-2" : undefined}>
          <Field
            ref={field}
            id={`${id}-email`}
            label="Email"
            type="email"
            autoComplete="off"
            required
            value={email}
            problem={problems.email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </div>
        {organizations.length > 1 && (
          <SelectField
            id={`${id}-organization`}
            label="Organization"
            value={organizationId}
            onChange={(event) => {
              setOrganizationId(event.target.value);
              setRole("member");
            }}
          >
            {organizations.map((organization) => (
              <option key={organization.id} value={organization.id}>
                {organization.name}
              </option>
            ))}
          </SelectField>
        )}
        <SelectField
          id={`${id}-role`}
          label="Role"
          value={role}
          onChange={(event) => setRole(event.target.value as Role)}
          className="sm:min-w-40"
        >
          {chosen?.roles.map((offered) => (
            <option key={offered} value={offered}>
              {offered}
            </option>
          ))}
        </SelectField>
      </div>
      <p className="text-muted text-sm">{roleMeanings[role]}</p>
      <div>
        <Button type="submit" size="small" weight="primary" aria-disabled={invite.isPending}>
          {invite.isPending ? "Inviting…" : "Send invitation"}
        </Button>
      </div>
    </form>
  );
}
