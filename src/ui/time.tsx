/** A moment in time, readable by people and by machines. The zone is said once, where the times are introduced. */
import clsx from "clsx";
import { formatClock, formatDateTime, formatMinute } from "@/ui/format-time";

const formats = { second: formatDateTime, minute: formatMinute, clock: (at: Date) => formatClock(at).slice(0, 5) };

type TimeProps = { at: Date; to?: keyof typeof formats; className?: string };

export function Time({ at, to = "second", className }: TimeProps) {
  return (
    <time dateTime={at.toISOString()} className={clsx("whitespace-nowrap tabular-nums", className)}>
      {formats[to](at)}
    </time>
  );
}
