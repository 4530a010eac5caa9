/** How many attempts there were, when and of which kind: what is asked and answered. Pure. */
import { z } from "zod";
import { type Bucket, bucketLengths, buckets } from "@/audit/buckets";
import type { AuthMethod } from "@/audit/catalogue";
import { type SignInFilter, signInFilter } from "@/audit/history";
import { valuesOf } from "@/audit/values";

/** More bars than this nobody can tell apart. */
const MOST_BUCKETS = 400;
/** One more is touched by a range that begins within a bar. */
const GOOD_BUCKETS = 119;
const USUAL_RANGE_MS = 30 * bucketLengths.day;
/** A Monday, at midnight UTC. */
export const ORIGIN = new Date("2000-01-03T00:00:00Z");

/** The beginning of the bar in which a time lies. */
export function bucketOf(bucket: Bucket, at: Date): Date {
  const length = bucketLengths[bucket];
  return new Date(ORIGIN.getTime() + Math.floor((at.getTime() - ORIGIN.getTime()) / length) * length);
}

/** The beginnings of the bars that a range touches, oldest first. */
export function bucketsOf(bucket: Bucket, from: Date, to: Date): Date[] {
  const starts: Date[] = [];
  for (let at = bucketOf(bucket, from).getTime(); at < to.getTime(); at += bucketLengths[bucket])
    starts.push(new Date(at));
  return starts;
}

/** The shortest bars of which a range has not too many. */
export function goodBucket(from: Date, to: Date): Bucket {
  const length = to.getTime() - from.getTime();
  return buckets.find((bucket) => length / bucketLengths[bucket] <= GOOD_BUCKETS) ?? "week";
}

/** The range that a filter speaks of: the last thirty days where it names none. */
export function rangeOf({ from, to }: SignInFilter, now: Date): { from: Date; to: Date } {
  const end = to ?? now;
  return { from: from ?? new Date(end.getTime() - USUAL_RANGE_MS), to: end };
}

export const statsInput = z
  .strictObject({
    filter: signInFilter.optional(),
    /** The length of a bar; without it, one that suits the range. */
    bucket: z.enum(buckets).optional(),
  })
  .refine(({ filter, bucket }) => {
    if (bucket === undefined) return true;
    const { from, to } = rangeOf(filter ?? {}, new Date());
    return (to.getTime() - from.getTime()) / bucketLengths[bucket] <= MOST_BUCKETS;
  }, "the range has too many bars of this length");

/** Attempts in one bar. */
export type Bar = {
  startsAt: Date;
  success: number;
  failure: number;
  /** Attempts by method, both outcomes; those whose method nobody knows are in none. */
  byMethod: Partial<Record<AuthMethod, number>>;
};

export type SignInStats = {
  /** The range, and the length of its bars. */
  from: Date;
  to: Date;
  bucket: Bucket;
  /** Oldest first, empty ones included. */
  bars: Bar[];
  /** Null when every attempt is counted; else the time before which some are not, because there are too many. */
  countedFrom: Date | null;
};

/** The parts of a filter whose attempts are counted ahead; any other part is looked up row by row. */
export const facetKeys = ["status", "authMethod", "provider", "failureReason", "organizationId"] as const;
export type FacetKey = (typeof facetKeys)[number];

/** So many attempts alike in all of these. */
export type Alike = { [Key in Exclude<FacetKey, "organizationId">]: string | null } & {
  organizationId?: string | null;
  attempts: number;
};

export type FacetValue = { value: string; count: number };
export type SignInFacets = {
  /** `more`: there are more than `count`. */
  total: { count: number; more: boolean };
  status: FacetValue[];
  authMethod: FacetValue[];
  provider: FacetValue[];
  failureReason: FacetValue[];
  /** With its name; at most fifty, the busiest first. */
  organizationId: (FacetValue & { name: string })[];
};

/** Whether attempts alike are asked for, the selection of `but` aside. */
export function isAsked(alike: Alike, filter: SignInFilter, but: FacetKey | null): boolean {
  return facetKeys.every((key) => {
    const selected = key === but ? null : valuesOf<string>(filter[key]);
    return selected === null || alike[key] === undefined || selected.includes(alike[key] ?? "");
  });
}

/** The values of one part of the filter with their counts, its own selection ignored: most first. */
export function facetOf(key: FacetKey, all: readonly Alike[], filter: SignInFilter): FacetValue[] {
  const counts = new Map<string, number>();
  for (const alike of all) {
    const value = alike[key];
    if (value != null && isAsked(alike, filter, key)) counts.set(value, (counts.get(value) ?? 0) + alike.attempts);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1));
}

/** How many are asked for. */
export function totalOf(all: readonly Alike[], filter: SignInFilter): number {
  return all.reduce((sum, alike) => sum + (isAsked(alike, filter, null) ? alike.attempts : 0), 0);
}

/** Whether a filter asks for nothing but what is counted ahead. */
export function isCounted(filter: SignInFilter): boolean {
  const counted = new Set<string>([...facetKeys, "from", "to"]);
  return Object.entries(filter).every(([key, value]) => value === undefined || counted.has(key));
}
