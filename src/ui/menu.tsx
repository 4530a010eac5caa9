/** Links or buttons that unfold from a button. Without JavaScript too: it is the browser's own disclosure. */
import { Check, ChevronDown, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { buttonClass } from "@/ui/button";

export function Menu({ label, icon: Icon, children }: { label: string; icon: LucideIcon; children: ReactNode }) {
  return (
    <details className="group relative">
      <summary className={`${buttonClass({ size: "small" })} list-none`}>
        <Icon className="size-4" />
        {label}
        <ChevronDown className="size-4 group-open:rotate-180" />
      </summary>
      <div className="absolute right-0 z-30 mt-1 flex max-h-[70vh] w-56 flex-col gap-1 overflow-y-auto rounded-md border border-line bg-raised p-1 text-sm">
        {children}
      </div>
    </details>
  );
}

export function MenuLink({ href, chosen, children }: { href: string; chosen?: boolean; children: ReactNode }) {
  return (
    <a
      href={href}
      aria-current={chosen ? "true" : undefined}
      className="flex min-h-9 items-center gap-2 rounded-sm px-3 hover:bg-hover"
    >
      {chosen !== undefined && <Check className={chosen ? "size-4" : "invisible size-4"} />}
      {children}
    </a>
  );
}
