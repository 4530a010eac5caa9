/** A list in order of time, cut into days (UTC). Pure. */
import { formatDate } from "@/ui/format-time";

export function byDay<T extends { occurredAt: Date }>(items: T[]): { date: string; items: T[] }[] {
  const days: { date: string; items: T[] }[] = [];
  for (const item of items) {
    const date = formatDate(item.occurredAt);
    const day = days.at(-1);
    if (day?.date === date) day.items.push(item);
    else days.push({ date, items: [item] });
  }
  return days;
}
