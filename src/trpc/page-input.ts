/** The input that every paged list takes. */
import { z } from "zod";
import { decodeCursor } from "@/audit/history";

export const pageInput = z.strictObject({
  /** `nextCursor` of the page before; absent for the first. */
  cursor: z
    .string()
    .max(200)
    .refine((text) => decodeCursor(text) !== null, "the cursor is not one that this list gave out")
    .nullish(),
  /** Rows a page. */
  limit: z.number().int().min(1).max(200).default(50),
  /** Sent by TanStack Query's infinite queries; there is one direction. */
  direction: z.literal("forward").optional(),
});
