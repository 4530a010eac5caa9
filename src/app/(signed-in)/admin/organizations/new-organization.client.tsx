"use client";
/** Making an organization: a name and the slug that addresses have of it. Leads to its page. */
import { useRouter } from "next/navigation";
import { type FormEvent, useId, useState } from "react";
import { ActProblem } from "@/app/(signed-in)/admin/act-problem";
import { organizationHref } from "@/app/(signed-in)/admin/organizations/organization-words";
import { useActs } from "@/app/(signed-in)/admin/use-acts.client";
import { fieldProblems } from "@/trpc/field-problems";
import { trpc } from "@/trpc/hooks.client";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";

/** What a name suggests; whoever types a slug has their own. */
function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 63);
}

export function NewOrganization() {
  const [name, setName] = useState("");
  const [slug, setSlug] = useState<string | null>(null);
  const id = useId();
  const router = useRouter();
  const utils = trpc.useUtils();
  const { problem, handlers } = useActs(() => utils.organizations.list.invalidate());
  const create = trpc.organizations.create.useMutation(handlers(() => "The organization is made."));
  const problems = fieldProblems(create.error);
  const suggested = slug ?? slugOf(name);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (create.isPending) return;
    create.mutate({ name, slug: suggested }, { onSuccess: (made) => router.push(organizationHref(made.id)) });
  }

  return (
    <form method="post" onSubmit={submit} className="flex flex-col gap-3 p-4 scripting-none:hidden">
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
          value={suggested}
          problem={problems.slug}
          onChange={(event) => setSlug(event.target.value)}
        />
      </div>
      <div>
        <Button type="submit" size="small" weight="primary" aria-disabled={create.isPending}>
          {create.isPending ? "Creating…" : "Create organization"}
        </Button>
      </div>
    </form>
  );
}
