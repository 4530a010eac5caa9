/** How something ended: an icon, a word and a colour, so that none of the three has to be seen. */
import clsx from "clsx";
import { Check, X } from "lucide-react";
import type { ReactNode } from "react";

const looks = {
  success: { ink: "text-success", icon: Check },
  failure: { ink: "text-failure", icon: X },
};

export function Outcome({ status, children }: { status: keyof typeof looks; children: ReactNode }) {
  const { ink, icon: Icon } = looks[status];
  return (
    <span className={clsx("flex items-center gap-1.5 whitespace-nowrap font-medium", ink)}>
      <Icon className="size-4 shrink-0" strokeWidth={2.5} />
      {children}
    </span>
  );
}
