/** What a page of one object is made from. */
import "server-only";
import { TRPCError } from "@trpc/server";
import { notFound } from "next/navigation";

/**
 * The procedure's answer, or null for a visitor without a role. What is not there and what is not theirs to see are the
 * same to them: a page that is missing.
 */
export async function loadOne<Found>(ask: () => Promise<Found>): Promise<Found | null> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error;
    if (error.code === "FORBIDDEN") return null;
    if (error.code === "NOT_FOUND" || error.code === "BAD_REQUEST") notFound();
    throw error;
  }
}
