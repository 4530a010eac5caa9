/** A moment in time, readable by people and by machines. The zone is said once, where the times are introduced. */
import clsx from "clsx";
import { formatClock, formatDateTime, formatMinute, inLocalZone } from "@/ui/format-time";

const formats = { second: formatDateTime, minute: formatMinute, clock: (at: Date) => formatClock(at).slice(0, 5) };

type TimeProps = {
  at: Date;
  to?: keyof typeof formats;
  /** The reader's own zone is known to their browser alone: say `local` only there. */
  zone?: "utc" | "local";
  className?: string;
};

export function Time({ at, to = "second", zone = "utc", className }: TimeProps) {
  return (
    <time dateTime={at.toISOString()} className={clsx("whitespace-nowrap tabular-nums", className)}>
      {formats[to](zone === "local" ? inLocalZone(at) : at)}
    </time>
  );
}
