/** Dates and times as text, in UTC and without `Intl`: server and browser must agree to the letter. Pure but for the zone of the reader. */

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** `2026-03-04` */
export function formatDate(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** `2026-03-04 14:05:09` */
export function formatDateTime(at: Date): string {
  return at.toISOString().slice(0, 19).replace("T", " ");
}

/** `2026-03-04 14:05` */
export function formatMinute(at: Date): string {
  return formatDateTime(at).slice(0, 16);
}

/** `14:05:09` */
export function formatClock(at: Date): string {
  return at.toISOString().slice(11, 19);
}

/** `Wednesday, 4 March 2026` */
export function formatDay(at: Date): string {
  return `${WEEKDAYS[at.getUTCDay()]}, ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

/** The instant whose UTC reading is what a clock beside the reader shows at `at`. For showing only. */
export function inLocalZone(at: Date): Date {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
}

/** The reader's zone at an instant: `UTC`, `+01:00`, `-03:30`. */
export function localOffset(at: Date): string {
  const minutes = -at.getTimezoneOffset();
  if (minutes === 0) return "UTC";
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
}

const STEPS: [seconds: number, word: string][] = [
  [31_536_000, "year"],
  [2_592_000, "month"],
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
];

/** "3 minutes ago", "just now". */
export function formatAgo(at: Date, now: Date): string {
  const seconds = Math.max(0, (now.getTime() - at.getTime()) / 1000);
  for (const [length, word] of STEPS) {
    const count = Math.floor(seconds / length);
    if (count >= 1) return `${count} ${word}${count === 1 ? "" : "s"} ago`;
  }
  return "just now";
}
