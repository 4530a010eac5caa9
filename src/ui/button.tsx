/** Buttons, and links that look like them: one shape in several weights. */
import clsx from "clsx";
import type { ComponentProps } from "react";

type Weight = "primary" | "secondary" | "quiet" | "chosen" | "danger";
type Size = "medium" | "small";

const weights: Record<Weight, string> = {
  primary: "border-transparent bg-accent text-on-accent hover:bg-accent-strong",
  secondary: "border-control bg-raised text-text hover:bg-hover",
  /** One of several that are offered, and in force. */
  chosen: "border-accent bg-accent-soft text-accent",
  /** Takes something away that does not come back. */
  danger: "border-transparent bg-failure text-on-accent hover:opacity-90",
  quiet: "border-transparent text-text hover:bg-hover",
};

const sizes: Record<Size, string> = {
  medium: "min-h-11 px-4 py-2 text-base md:min-h-10 md:text-sm",
  small: "min-h-9 px-3 py-1 text-sm md:min-h-8",
};

/** The classes of a button, for an element that must be a link. */
export function buttonClass({ weight = "secondary", size = "medium" }: { weight?: Weight; size?: Size } = {}): string {
  return clsx(
    "inline-flex items-center justify-center gap-2 whitespace-nowrap rounded-md border font-medium transition-opacity duration-100",
    "disabled:cursor-not-allowed disabled:opacity-60 aria-disabled:opacity-60",
    weights[weight],
    sizes[size],
  );
}

type ButtonProps = ComponentProps<"button"> & { weight?: Weight; size?: Size };

export function Button({ weight, size, className, type = "button", ...rest }: ButtonProps) {
  return <button type={type} className={clsx(buttonClass({ weight, size }), className)} {...rest} />;
}
