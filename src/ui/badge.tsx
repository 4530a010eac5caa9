/** A short label on something: a role, a mark such as "This browser". */
import clsx from "clsx";
import type { ReactNode } from "react";

const tones = {
  neutral: "border-line bg-sunken text-muted",
  accent: "border-transparent bg-accent-soft text-accent",
};

export function Badge({ tone = "neutral", children }: { tone?: keyof typeof tones; children: ReactNode }) {
  return (
    <span className={clsx("inline-flex items-center rounded-full border px-2 py-0.5 font-medium text-xs", tones[tone])}>
      {children}
    </span>
  );
}
