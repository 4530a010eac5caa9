/** Lengths of the bars of a histogram. Apart from what is asked with them, so that a browser gets these alone. Pure. */

const MINUTE_MS = 60_000;

/** Lengths of bars, in milliseconds. Each begins at a multiple of its length, UTC; weeks begin on Monday. */
export const bucketLengths = {
  minute: MINUTE_MS,
  fiveMinutes: 5 * MINUTE_MS,
  quarterHour: 15 * MINUTE_MS,
  hour: 60 * MINUTE_MS,
  sixHours: 6 * 60 * MINUTE_MS,
  day: 24 * 60 * MINUTE_MS,
  week: 7 * 24 * 60 * MINUTE_MS,
} as const;
export type Bucket = keyof typeof bucketLengths;
export const buckets = Object.keys(bucketLengths) as Bucket[];
