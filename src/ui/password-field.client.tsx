"use client";
/** A password field whose text can be shown. Without JavaScript it is a plain password field, with no dead switch. */
import clsx from "clsx";
import { type ComponentProps, type ReactNode, useState } from "react";
import { controlClass, describedBy, FieldFrame } from "@/ui/field";

type PasswordFieldProps = Omit<ComponentProps<"input">, "type"> & {
  id: string;
  label: string;
  hint?: ReactNode;
  problem?: string;
};

export function PasswordField({ id, label, hint, problem, className, ...input }: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <FieldFrame id={id} label={label} hint={hint} problem={problem}>
      <div className="relative">
        <input
          id={id}
          type={shown ? "text" : "password"}
          className={clsx(controlClass, "h-11 pr-18 md:h-10 scripting-none:pr-3", className)}
          aria-invalid={problem ? true : undefined}
          aria-describedby={describedBy(id, { hint, problem })}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          {...input}
        />
        <button
          type="button"
          aria-controls={id}
          onClick={() => setShown(!shown)}
          className="absolute inset-y-1 right-1 rounded-sm px-3 font-medium text-accent text-sm hover:bg-hover scripting-none:hidden"
        >
          {shown ? "Hide" : "Show"}
          <span className="sr-only"> {label.toLowerCase()}</span>
        </button>
      </div>
    </FieldFrame>
  );
}
