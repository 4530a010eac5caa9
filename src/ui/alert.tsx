/** A message that stands in the page: what happened, and what can be done about it. */
import clsx from "clsx";
import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

export type Tone = "info" | "success" | "warning" | "failure";

const tones = {
  info: { look: "border-accent bg-accent-soft", ink: "text-accent", icon: Info },
  success: { look: "border-success bg-success-soft", ink: "text-success", icon: CircleCheck },
  warning: { look: "border-warning bg-warning-soft", ink: "text-warning", icon: TriangleAlert },
  failure: { look: "border-failure bg-failure-soft", ink: "text-failure", icon: CircleAlert },
};

type AlertProps = { tone: Tone; title?: ReactNode; children: ReactNode; actions?: ReactNode };

/** The look alone; who must be told at once wraps it in a live region or moves the focus to it. */
export function Alert({ tone, title, children, actions }: AlertProps) {
  const { look, ink, icon: Icon } = tones[tone];
  return (
    <div className={clsx("flex gap-3 rounded-md border border-l-4 px-4 py-3 text-sm text-text", look)}>
      <Icon className={clsx("mt-0.5 size-4 shrink-0", ink)} />
      <div className="flex min-w-0 flex-1 flex-col gap-1 [overflow-wrap:anywhere]">
        {title && <div className="font-semibold">{title}</div>}
        <div>{children}</div>
        {actions && <div className="mt-2 flex flex-wrap gap-2">{actions}</div>}
      </div>
    </div>
  );
}
