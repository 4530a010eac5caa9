"use client";
/** What an organization is called, and the slug that addresses have of it. */
import { type FormEvent, useId, useState } from "react";
import { ActProblem } from "@/app/(signed-in)/admin/act-problem";
import type { OrganizationDetails } from "@/app/(signed-in)/admin/organizations/[id]/organization.client";
import { useActs } from "@/app/(signed-in)/admin/use-acts.client";
import { fieldProblems } from "@/trpc/field-problems";
import { trpc } from "@/trpc/hooks.client";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";

export function NamesForm({ organization }: { organization: OrganizationDetails }) {
  const { id: organizationId } = organization;
  const [name, setName] = useState(organization.name);
  const [slug, setSlug] = useState(organization.slug);
  const id = useId();
  const utils = trpc.useUtils();
  const { problem, handlers } = useActs(() => utils.organizations.get.invalidate({ organizationId }));
  const update = trpc.organizations.update.useMutation(handlers(() => "The name is saved."));
  const problems = fieldProblems(update.error);

  function save(event: FormEvent) {
    event.preventDefault();
    if (!update.isPending) update.mutate({ organizationId, name, slug });
  }

  return (
    <form method="post" onSubmit={save} className="flex flex-col gap-3 p-4">
      {Object.keys(problems).length === 0 && <ActProblem problem={problem} />}
      <div className="grid max-w-2xl gap-3 sm:grid-cols-2">
        <Field
          id={`${id}-name`}
          label="Name"
          autoComplete="off"
          required
          value={name}
          problem={problems.name}
          onChange={(event) => setName(event.target.value)}
        />
        <Field
          id={`${id}-slug`}
          label="Slug"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
          value={slug}
          problem={problems.slug}
          onChange={(event) => setSlug(event.target.value)}
        />
      </div>
      <div className="scripting-none:hidden">
        <Button type="submit" size="small" aria-disabled={update.isPending}>
          {update.isPending ? "Saving…" : "Save name"}
        </Button>
      </div>
    </form>
  );
}
