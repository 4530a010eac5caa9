/** A choice of yes or no, and one of several of them, each with its words beside it. */
import { type ComponentProps, type ReactNode, useId } from "react";

type CheckboxProps = Omit<ComponentProps<"input">, "type"> & {
  type?: "checkbox" | "radio";
  hint?: ReactNode;
  children: ReactNode;
};

/** @param children what is chosen; the whole line is what a finger can hit */
export function Checkbox({ type = "checkbox", hint, children, ...input }: CheckboxProps) {
  const id = useId();
  return (
    <div>
      <label className="flex min-h-9 cursor-pointer items-start gap-2.5 py-1.5 text-sm md:min-h-8 md:py-1">
        <input
          type={type}
          className="mt-0.5 size-4 shrink-0 accent-accent"
          aria-describedby={hint ? id : undefined}
          {...input}
        />
        <span className="min-w-0">{children}</span>
      </label>
      {hint && (
        <p id={id} className="-mt-1 pb-1 pl-6.5 text-muted text-xs">
          {hint}
        </p>
      )}
    </div>
  );
}

/** Several of them under one question. */
export function Choices({ legend, hint, children }: { legend: string; hint?: ReactNode; children: ReactNode }) {
  return (
    <fieldset className="min-w-0">
      <legend className="font-medium text-sm">{legend}</legend>
      {hint && <p className="text-muted text-xs">{hint}</p>}
      <div className="mt-1 flex flex-col">{children}</div>
    </fieldset>
  );
}
