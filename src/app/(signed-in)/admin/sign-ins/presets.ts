/** Filters that are asked for every day, as links: with the page's title, which states the filter, a bookmark keeps one. */
import type { FilterValues } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { formatDate, formatDateTime } from "@/ui/format-time";

const HOUR_MS = 3_600_000;

/** @param now when the page is made: a link to "the last hour" means the hour before that */
export function presets(now: Date): { title: string; presets: { words: string; values: FilterValues }[] }[] {
  const since = (ms: number): FilterValues => ({ from: formatDateTime(new Date(now.getTime() - ms)) });
  return [
    {
      title: "Views",
      presets: [
        { words: "Failures in the last hour", values: { status: "failure", ...since(HOUR_MS) } },
        { words: "Too many tries", values: { failureReason: "rate_limited" } },
        { words: "Second factor", values: { failureReason: "second_factor_required,wrong_totp,wrong_backup_code" } },
        {
          words: "Unusual",
          values: { signal: "new_device,new_network,success_after_failures,many_accounts" },
        },
      ],
    },
    {
      title: "Times",
      presets: [
        { words: "Last hour", values: since(HOUR_MS) },
        { words: "Last 24 hours", values: since(24 * HOUR_MS) },
        { words: "Today", values: { from: formatDate(now) } },
        { words: "Last 7 days", values: since(7 * 24 * HOUR_MS) },
        { words: "Last 30 days", values: since(30 * 24 * HOUR_MS) },
      ],
    },
  ];
}
