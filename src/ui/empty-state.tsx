/** What stands where a list would be when there is nothing to list. */
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

type EmptyStateProps = { icon: LucideIcon; title: ReactNode; children?: ReactNode; actions?: ReactNode };

export function EmptyState({ icon: Icon, title, children, actions }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-16 text-center">
      <Icon className="mb-1 size-4 text-muted" />
      <p className="font-semibold text-base">{title}</p>
      {children && <div className="max-w-prose text-muted text-sm">{children}</div>}
      {actions && <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}
