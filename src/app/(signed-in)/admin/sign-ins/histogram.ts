/** The histogram above the list: which bars there are to draw, and which filter a stretch of them is. Pure. */
import type { FilterValues } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { type Bucket, bucketLengths } from "@/audit/buckets";
import type { Bar } from "@/audit/history-summary";
import { formatClock, formatDate, formatDateTime, formatMinute } from "@/ui/format-time";

/** A stretch of bars by their indexes, both inclusive, the lower one first. */
export type Stretch = { first: number; last: number };

export function stretch(one: number, other: number): Stretch {
  return { first: Math.min(one, other), last: Math.max(one, other) };
}

/** `from` and `to` of a filter for [start, end): the last second that belongs to it is what the filter names. */
function between(values: FilterValues, start: Date, end: Date): FilterValues {
  return { ...values, from: formatDateTime(start), to: formatDateTime(new Date(end.getTime() - 1000)) };
}

export function zoomTo(values: FilterValues, bars: readonly Bar[], bucket: Bucket, { first, last }: Stretch) {
  const start = bars[first]?.startsAt;
  const end = bars[last]?.startsAt;
  if (!start || !end) return values;
  return between(values, start, new Date(end.getTime() + bucketLengths[bucket]));
}

/** Four times the range about the same middle, not beyond now. */
export function zoomOut(values: FilterValues, from: Date, to: Date, now: Date): FilterValues {
  const length = to.getTime() - from.getTime();
  const end = new Date(Math.min(to.getTime() + 1.5 * length, now.getTime()));
  return between(values, new Date(end.getTime() - 4 * length), new Date(end.getTime() + 1000));
}

const lengthWords: Record<Bucket, string> = {
  minute: "1 min",
  twoMinutes: "2 min",
  threeMinutes: "3 min",
  fiveMinutes: "5 min",
  tenMinutes: "10 min",
  quarterHour: "15 min",
  halfHour: "30 min",
  hour: "1 h",
  twoHours: "2 h",
  fourHours: "4 h",
  eightHours: "8 h",
  day: "1 day",
  week: "1 week",
};

/** "2026-03-04 14:00 to 15:00 · a bar is 1 min" */
export function rangeWords(from: Date, to: Date, bucket: Bucket): string {
  const end = formatDate(from) === formatDate(to) ? formatClock(to).slice(0, 5) : formatMinute(to);
  return `${formatMinute(from)} to ${end} UTC · a bar is ${lengthWords[bucket]}`;
}

/** How much the height of the bars stands for. */
export function scaleWords(bars: readonly Bar[]): string {
  if (bars.every(({ success, failure }) => success + failure === 0)) return "Nothing in this range.";
  return `Up to ${mostOf(bars).toLocaleString("en")} in a bar. Failures are hatched.`;
}

/** What a bar says to somebody who does not see it. */
export function barWords({ startsAt, success, failure }: Bar, bucket: Bucket): string {
  const whole = bucketLengths[bucket] >= bucketLengths.day;
  return `${whole ? formatDate(startsAt) : formatMinute(startsAt)}: ${success} succeeded, ${failure} failed`;
}

/** Heights of the two parts of a bar out of `height`; what is not nothing is at least a line. */
export function heightsOf({ success, failure }: Bar, most: number, height: number) {
  const scaled = (count: number) => (count === 0 ? 0 : Math.max(2, Math.round((count / most) * height)));
  return { success: scaled(success), failure: scaled(failure) };
}

export function mostOf(bars: readonly Bar[]): number {
  return bars.reduce((most, { success, failure }) => Math.max(most, success + failure), 1);
}
