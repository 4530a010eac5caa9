/** Today against the usual, in words. Pure. */
import type { Against } from "@/audit/overview";

const number = (value: number) => Math.round(value).toLocaleString("en");

/** "usually 12 by this hour"; null where there is no day before. */
export function usualWords({ usual }: Against): string | null {
  if (usual === null) return null;
  return usual < 0.5 ? "usually none by this hour" : `usually ${number(usual)} by this hour`;
}

/** Fewer than these are too few for their ratio to say anything. */
const TELLING = 10;

/** "3 times the usual", "less than half of the usual"; null where today is much as ever. */
export function deviationWords({ today, usual }: Against): string | null {
  if (usual === null) return null;
  if (today >= TELLING && usual < 0.5) return "unusually many";
  if (today >= TELLING && today >= 2 * usual) return `${number(today / usual)} times the usual`;
  if (usual >= TELLING && today < usual / 2) return "less than half of the usual";
  return null;
}

/** "of the last 7 days", "of yesterday": what the usual is an average of. */
export function daysWords(days: number): string {
  return days === 1 ? "of yesterday" : `of the last ${days} days`;
}
