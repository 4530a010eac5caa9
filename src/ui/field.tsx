/** Form fields: a label, an optional hint, the control, and the problem with what was entered. */
import clsx from "clsx";
import { CircleAlert } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";

type Labelled = { label: ReactNode; hint?: ReactNode; problem?: string };

/** The look that every control shares; 16 px text, so that phones do not zoom in. */
export const controlClass =
  "block w-full min-w-0 rounded-md border bg-raised px-3 text-base text-text placeholder:text-muted " +
  "border-control hover:border-text aria-invalid:border-failure aria-invalid:border-2";

const heights = { medium: "h-11 md:h-10", small: "h-11 md:h-9" };

export function describedBy(id: string, { hint, problem }: Omit<Labelled, "label">): string | undefined {
  return clsx(hint && `${id}-hint`, problem && `${id}-problem`) || undefined;
}

/** The frame around a control: whatever the control is, its words are tied to it by `id`. */
export function FieldFrame({ id, label, hint, problem, children }: Labelled & { id: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      {hint && (
        <p id={`${id}-hint`} className="-mt-1 text-muted text-xs">
          {hint}
        </p>
      )}
      {children}
      {problem && (
        <p id={`${id}-problem`} className="flex items-start gap-1.5 text-failure text-sm">
          <CircleAlert className="mt-0.5 size-4 shrink-0" />
          <span>{problem}</span>
        </p>
      )}
    </div>
  );
}

type FieldProps = Labelled & ComponentProps<"input"> & { id: string; height?: keyof typeof heights };

export function Field({ label, hint, problem, height = "medium", className, ...input }: FieldProps) {
  return (
    <FieldFrame id={input.id} label={label} hint={hint} problem={problem}>
      <input
        className={clsx(controlClass, heights[height], className)}
        aria-invalid={problem ? true : undefined}
        aria-describedby={describedBy(input.id, { hint, problem })}
        {...input}
      />
    </FieldFrame>
  );
}

type SelectFieldProps = Labelled & ComponentProps<"select"> & { id: string; height?: keyof typeof heights };

export function SelectField({ label, hint, problem, height = "medium", className, ...select }: SelectFieldProps) {
  return (
    <FieldFrame id={select.id} label={label} hint={hint} problem={problem}>
      <select
        className={clsx(controlClass, heights[height], className)}
        aria-invalid={problem ? true : undefined}
        aria-describedby={describedBy(select.id, { hint, problem })}
        {...select}
      />
    </FieldFrame>
  );
}
