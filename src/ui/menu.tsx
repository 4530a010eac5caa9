/** Links or buttons that unfold from a button. Without JavaScript too: it is the browser's own disclosure. */
import { Check, ChevronDown, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { buttonClass } from "@/ui/button";

/** Below 768 px it is as wide as the page: wherever the button has wrapped to, its words stay in sight. */
export function Menu({ label, icon: Icon, children }: { label: string; icon: LucideIcon; children: ReactNode }) {
  return (
    <details className="group md:relative">
      <summary className={`${buttonClass({ size: "small" })} list-none`}>
        <Icon className="size-4" />
        {label}
        <ChevronDown className="size-4 group-open:rotate-180" />
      </summary>
      <div className="absolute z-30 mt-1 flex max-h-[70vh] flex-col gap-1 overflow-y-auto rounded-md border border-line bg-raised p-1 text-sm text-text max-md:inset-x-4 md:right-0 md:w-56">
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
