"use client";
/** What an organization asks of its people's sign-ins. What could keep its own author out is asked about before it holds. */
import { type FormEvent, useId, useState } from "react";
import { methodNames } from "@/app/_words/methods";
import { ActProblem } from "@/app/(signed-in)/admin/act-problem";
import type { OrganizationDetails } from "@/app/(signed-in)/admin/organizations/[id]/organization.client";
import { useActs } from "@/app/(signed-in)/admin/use-acts.client";
import { type SignInPolicy, signInMethods } from "@/directory/policy";
import { roles } from "@/directory/roles";
import { codeOf } from "@/trpc/call-error";
import { fieldProblems } from "@/trpc/field-problems";
import { trpc } from "@/trpc/hooks.client";
import { Button } from "@/ui/button";
import { Checkbox, Choices } from "@/ui/checkbox";
import { ConfirmDialog } from "@/ui/confirm-dialog.client";
import { controlClass, describedBy, FieldFrame, SelectField } from "@/ui/field";

export function PolicyForm({ organization }: { organization: OrganizationDetails }) {
  const { id: organizationId, connections, authority } = organization;
  const [policy, setPolicy] = useState<SignInPolicy>(organization);
  const [domains, setDomains] = useState(organization.domains.join("\n"));
  const [asked, setAsked] = useState<string | null>(null);
  const id = useId();
  const utils = trpc.useUtils();
  const { problem, handlers } = useActs(() => utils.organizations.get.invalidate({ organizationId }));
  const update = trpc.organizations.update.useMutation(handlers(() => "How its people sign in is saved."));
  const problems = fieldProblems(update.error);
  const change = (given: Partial<SignInPolicy>) => setPolicy({ ...policy, ...given });

  function save(confirmed: boolean) {
    if (update.isPending) return;
    const { allowedMethods, requiredConnectionId, inviteOnly, defaultRole } = policy;
    const given = { allowedMethods: [...allowedMethods], requiredConnectionId, inviteOnly, defaultRole };
    const theirs = authority === "instance" ? { domains: domains.split(/[\s,]+/).filter(Boolean) } : {};
    update.mutate(
      { organizationId, ...given, ...theirs, confirmed },
      {
        onSuccess: (kept) => {
          setAsked(null);
          setDomains(kept.domains.join("\n"));
        },
        onError: (error) => setAsked(codeOf(error) === "PRECONDITION_FAILED" ? error.message : null),
      },
    );
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    save(false);
  }

  const usable = connections.filter(
    (connection) => connection.enabled || connection.id === organization.requiredConnectionId,
  );
  return (
    <form method="post" onSubmit={submit} className="flex max-w-3xl flex-col gap-5 p-4">
      {asked === null && <ActProblem problem={problems.allowedMethods ?? problems.domains ?? problem} />}
      <Choices legend="Allowed methods" hint="A second factor comes on top of any of them.">
        {signInMethods.map((method) => (
          <Checkbox
            key={method}
            checked={policy.allowedMethods.includes(method)}
            onChange={(event) =>
              change({
                allowedMethods: event.target.checked
                  ? [...policy.allowedMethods, method]
                  : policy.allowedMethods.filter((other) => other !== method),
              })
            }
          >
            {methodNames[method]}
          </Checkbox>
        ))}
      </Choices>
      <SelectField
        id={`${id}-connection`}
        label="Required connection"
        hint={
          usable.length > 0
            ? "Whoever proves themselves otherwise is sent on to it."
            : "There is no connection that is enabled and theirs to use."
        }
        value={policy.requiredConnectionId ?? ""}
        onChange={(event) => change({ requiredConnectionId: event.target.value || null })}
      >
        <option value="">None</option>
        {usable.map((connection) => (
          <option key={connection.id} value={connection.id}>
            {connection.name}
            {connection.shared ? " (of this Gatebook)" : ""}
            {connection.enabled ? "" : " (disabled)"}
          </option>
        ))}
      </SelectField>
      <Choices legend="How people join">
        <Checkbox
          type="radio"
          name={`${id}-joining`}
          checked={policy.inviteOnly}
          onChange={() => change({ inviteOnly: true })}
        >
          By invitation only
        </Checkbox>
        <Checkbox
          type="radio"
          name={`${id}-joining`}
          checked={!policy.inviteOnly}
          onChange={() => change({ inviteOnly: false })}
          hint="With an address of its domains, or by a connection of its own."
        >
          Also at their first single sign-on
        </Checkbox>
      </Choices>
      <SelectField
        id={`${id}-role`}
        label="Role of those who join without an invitation"
        hint="Where the connection says nothing else of them."
        value={policy.defaultRole}
        onChange={(event) => change({ defaultRole: event.target.value as SignInPolicy["defaultRole"] })}
      >
        {roles
          .filter((role) => role !== "owner")
          .map((role) => (
            <option key={role} value={role}>
              {role}
            </option>
          ))}
      </SelectField>
      <DomainsField
        id={`${id}-domains`}
        editable={authority === "instance"}
        domains={domains}
        problem={problems.domains}
        change={setDomains}
      />
      <div className="scripting-none:hidden">
        <Button type="submit" size="small" weight="primary" aria-disabled={update.isPending}>
          {update.isPending ? "Saving…" : "Save"}
        </Button>
      </div>
      <ConfirmDialog
        open={asked !== null}
        title="This could keep people out"
        confirm="Save all the same"
        doing="Saving…"
        busy={update.isPending}
        onConfirm={() => save(true)}
        onClose={() => setAsked(null)}
      >
        {asked}
      </ConfirmDialog>
    </form>
  );
}

type DomainsFieldProps = {
  id: string;
  editable: boolean;
  domains: string;
  problem?: string;
  change: (domains: string) => void;
};

function DomainsField({ id, editable, domains, problem, change }: DomainsFieldProps) {
  const hint = editable
    ? "One a line. Addresses of these domains are its people's: the sign-in page sends them to its connection."
    : "Set by an admin of this Gatebook.";
  return (
    <FieldFrame id={id} label="Domains" hint={hint} problem={problem}>
      <textarea
        id={id}
        rows={3}
        readOnly={!editable}
        value={domains}
        onChange={(event) => change(event.target.value)}
        autoCapitalize="none"
        spellCheck={false}
        className={`${controlClass} py-2`}
        aria-invalid={problem ? true : undefined}
        aria-describedby={describedBy(id, { hint, problem })}
      />
    </FieldFrame>
  );
}
