/** Whether somebody can get in: an icon, a word and a colour, so that none of the three has to be seen. */
import clsx from "clsx";
import { Ban, Check, type LucideIcon, MailWarning } from "lucide-react";
import type { RouterOutputs } from "@/trpc/hooks.client";

type Status = RouterOutputs["users"]["list"]["items"][number]["status"];

const looks: Record<Status, { ink: string; icon: LucideIcon; word: string }> = {
  active: { ink: "text-success", icon: Check, word: "Active" },
  disabled: { ink: "text-failure", icon: Ban, word: "Disabled" },
  email_not_verified: { ink: "text-warning", icon: MailWarning, word: "Email not verified" },
};

export function UserStatus({ status }: { status: Status }) {
  const { ink, icon: Icon, word } = looks[status];
  return (
    <span className={clsx("flex items-center gap-1.5 font-medium", ink)}>
      <Icon className="size-4 shrink-0" strokeWidth={2.5} />
      {word}
    </span>
  );
}
