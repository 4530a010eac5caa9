/** Dates and times as text, always in UTC and without `Intl`: server and browser must agree to the letter. Pure. */

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
