/** Whether a connection counts, and whether it was tested, each as an icon, a word and a colour. */
import clsx from "clsx";
import { CircleCheck, CircleDashed, CircleOff, CircleX, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { VERDICT_WORDS } from "@/app/_words/connection-tests";
import { STATUS_WORDS } from "@/app/(signed-in)/admin/sso/sso-words";
import type { Verdict } from "@/auth/connection-test/verdict";

const STATUS_LOOKS = {
  counts: { icon: CircleCheck, ink: "text-success" },
  disabled: { icon: CircleOff, ink: "text-muted" },
  off: { icon: CircleOff, ink: "text-warning" },
  unreadable: { icon: TriangleAlert, ink: "text-failure" },
};

const VERDICT_LOOKS = {
  untested: { icon: CircleDashed, ink: "text-muted" },
  failed: { icon: CircleX, ink: "text-failure" },
  passed: { icon: CircleCheck, ink: "text-success" },
};

type Look = { icon: typeof CircleCheck; ink: string };

function Mark({ look: { icon: Icon, ink }, children }: { look: Look; children: ReactNode }) {
  return (
    <span className={clsx("inline-flex items-center gap-1.5 whitespace-nowrap font-medium", ink)}>
      <Icon className="size-4 shrink-0" />
      {children}
    </span>
  );
}

export function ConnectionStatus({ status }: { status: keyof typeof STATUS_LOOKS }) {
  return <Mark look={STATUS_LOOKS[status]}>{STATUS_WORDS[status]}</Mark>;
}

export function TestVerdict({ verdict }: { verdict: Verdict }) {
  return <Mark look={VERDICT_LOOKS[verdict]}>{VERDICT_WORDS[verdict]}</Mark>;
}
