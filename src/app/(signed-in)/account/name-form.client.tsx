"use client";
/** What the visitor is called: one field, saved by itself. */
import { Check } from "lucide-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useId, useRef, useState } from "react";
import { fieldProblems } from "@/trpc/field-problems";
import { trpc } from "@/trpc/hooks.client";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { announce } from "@/ui/status-region.client";

export function NameForm({ name }: { name: string | null }) {
  const [typed, setTyped] = useState(name ?? "");
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const router = useRouter();
  const update = trpc.account.updateProfile.useMutation({
    onSuccess: (saved) => {
      setTyped(saved.name ?? "");
      announce("Your name is saved.");
      // The pages around it are made by the server, which knows the new name now.
      router.refresh();
    },
    onError: () => field.current?.focus(),
  });
  const problem = fieldProblems(update.error).name;

  function save(event: FormEvent) {
    event.preventDefault();
    if (!update.isPending) update.mutate({ name: typed });
  }

  return (
    <form method="post" onSubmit={save} className="flex flex-col gap-3 p-4">
      <div className="max-w-md">
        <Field
          ref={field}
          id={id}
          label="Name"
          hint="How you are called here. May be empty."
          autoComplete="name"
          value={typed}
          problem={problem}
          onChange={(event) => {
            setTyped(event.target.value);
            if (!update.isIdle && !update.isPending) update.reset();
          }}
        />
      </div>
      <div className="flex min-h-9 items-center gap-3 scripting-none:hidden">
        <Button type="submit" size="small" aria-disabled={update.isPending}>
          {update.isPending ? "Saving…" : "Save name"}
        </Button>
        {update.isSuccess && (
          <p className="flex items-center gap-1.5 font-medium text-sm text-success">
            <Check className="size-4" strokeWidth={2.5} />
            Saved
          </p>
        )}
      </div>
    </form>
  );
}
