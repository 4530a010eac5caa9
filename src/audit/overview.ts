/** How today goes, against the same hours of the days before. Pure. */

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;
/** One week: each day of it once, so that a Monday is not held against Sundays alone. */
const USUAL_DAYS = 7;

/** Attempts alike, of today or of all the days before. */
export type DayCount = {
  today: boolean;
  status: string;
  failureReason: string | null;
  /** In hours that are over at this time of the day, and in the one that is running. */
  whole: number;
  running: number;
  /** The earliest hour that any of them is from, later ones of its day included. */
  first: Date;
};

/** `usual` is an average, or null where there is no day before to take one of. */
export type Against = { today: number; usual: number | null };

export type Today = {
  /** Midnight, UTC, and until when it is counted. */
  from: Date;
  at: Date;
  /** The days that the usual is an average of. */
  days: number;
  success: Against;
  failure: Against;
  /** Why attempts failed today, most first. */
  reasons: ({ reason: string } & Against)[];
};

/** The borders of what is compared at a time: midnight, the running hour, and the first of the days before. All in UTC. */
export function bordersAt(now: Date): { from: Date; hour: Date; before: Date } {
  const floor = (length: number) => new Date(Math.floor(now.getTime() / length) * length);
  const from = floor(DAY_MS);
  return { from, hour: floor(HOUR_MS), before: new Date(from.getTime() - USUAL_DAYS * DAY_MS) };
}

/** Of how many days before there are counts: all of them where there are older ones still. */
function daysOf(counts: readonly DayCount[], from: Date, older: boolean): number {
  if (older) return USUAL_DAYS;
  const first = counts.reduce((least, count) => Math.min(least, count.first.getTime()), from.getTime());
  return Math.ceil((from.getTime() - first) / DAY_MS);
}

/**
 * Of the hour that is running, the days before count by as much of it as is over: attempts are counted by the hour.
 * @param older whether there are attempts from before the days that are compared
 */
export function todayAgainstUsual(counts: readonly DayCount[], older: boolean, now: Date): Today {
  const { from, hour } = bordersAt(now);
  const share = (now.getTime() - hour.getTime()) / HOUR_MS;
  const days = daysOf(counts, from, older);
  const against = (asked: (count: DayCount) => boolean): Against => {
    const sum = (today: boolean, weight: number) =>
      counts
        .filter((count) => count.today === today && asked(count))
        .reduce((total, { whole, running }) => total + whole + weight * running, 0);
    return { today: sum(true, 1), usual: days === 0 ? null : sum(false, share) / days };
  };
  const reasons = new Set(counts.flatMap(({ failureReason }) => failureReason ?? []));
  return {
    from,
    at: now,
    days,
    success: against(({ status }) => status === "success"),
    failure: against(({ status }) => status === "failure"),
    reasons: [...reasons]
      .map((reason) => ({ reason, ...against(({ failureReason }) => failureReason === reason) }))
      .filter(({ today }) => today > 0)
      .sort((one, other) => other.today - one.today || (one.reason < other.reason ? -1 : 1)),
  };
}
