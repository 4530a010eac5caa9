/** The columns of the history: what a cell shows, and which filter it stands for. */
import clsx from "clsx";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { methodWords, providerName } from "@/app/_words/methods";
import { reasonWords } from "@/app/_words/reasons";
import { signalName, signalReason } from "@/app/_words/signals";
import type { FilterKey } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import type { ColumnKey, View } from "@/app/(signed-in)/admin/sign-ins/view";
import type { SignIn } from "@/audit/history";
import { Badge } from "@/ui/badge";
import { Outcome } from "@/ui/outcome";
import { Time } from "@/ui/time";

export type CellFilter = { key: FilterKey; value: string };

export type Column = {
  width: string;
  cell: (item: SignIn, zone: View["zone"]) => ReactNode;
  filter: (item: SignIn) => CellFilter | null;
};

const asFilter = (key: FilterKey, value: string | null): CellFilter | null => (value === null ? null : { key, value });

export const columns: Record<ColumnKey, Column> = {
  time: {
    width: "md:w-46",
    cell: ({ occurredAt }, zone) => <Time at={occurredAt} zone={zone} />,
    filter: () => null,
  },
  result: {
    width: "md:w-30",
    cell: ({ status }) => <Outcome status={status}>{status === "success" ? "Succeeded" : "Failed"}</Outcome>,
    filter: ({ status }) => asFilter("status", status),
  },
  who: {
    width: "",
    cell: ({ email, claimedEmail }) =>
      email ?? claimedEmail ?? <span className="font-normal text-muted">nobody named</span>,
    filter: ({ email, claimedEmail }) => asFilter("email", email ?? claimedEmail),
  },
  how: {
    width: "md:w-[13%]",
    cell: methodWords,
    filter: ({ provider, authMethod }) =>
      provider === null ? asFilter("authMethod", authMethod) : asFilter("provider", provider),
  },
  from: {
    width: "md:w-34 md:max-lg:hidden",
    cell: ({ ip }) => (
      <span className={clsx("tabular-nums", ip === null && "text-muted")}>{ip ?? "unknown address"}</span>
    ),
    filter: ({ ip }) => asFilter("ip", ip),
  },
  device: {
    width: "md:w-[13%] md:max-[100rem]:hidden",
    cell: ({ device }) => <span className="text-muted">{device ?? "unknown"}</span>,
    filter: () => null,
  },
  reason: {
    width: "md:w-[17%]",
    cell: ({ failureReason, signals }) => (
      <>
        {failureReason && (
          <span className="max-md:flex max-md:items-center max-md:gap-1.5">
            <X className="size-4 shrink-0 md:hidden" strokeWidth={2.5} />
            {reasonWords(failureReason)}
          </span>
        )}
        {signals.map((signal) => (
          <span key={signal.kind} className="ml-1 first:ml-0" title={signalReason(signal)}>
            <Badge>{signalName(signal.kind)}</Badge>
          </span>
        ))}
      </>
    ),
    filter: ({ failureReason }) => asFilter("failureReason", failureReason),
  },
};

/** What the filter of a cell is called where it is offered. */
export function cellFilterWords({ key, value }: CellFilter): string {
  const words: Partial<Record<FilterKey, string>> = {
    status: value === "success" ? "successes" : "failures",
    provider: providerName(value),
    failureReason: reasonWords(value),
  };
  return words[key] ?? value;
}
