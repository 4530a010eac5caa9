/** The input of lists that are searched and paged by a text of their own order, such as an email. */
import { z } from "zod";
import { storableText } from "@/platform/text";

/** A text as the place after which a page begins. */
export const encodePlace = (text: string) => Buffer.from(text).toString("base64url");
export const decodePlace = (cursor: string) => Buffer.from(cursor, "base64url").toString();

const isCursor = (cursor: string) => {
  const text = decodePlace(cursor);
  return storableText(text, 320) === text && encodePlace(text) === cursor;
};

export const searchInput = z.strictObject({
  /** Part of what the list is searched by. */
  search: z
    .string()
    .max(200)
    .refine((text) => storableText(text, 200) === text, "holds characters that no row can hold")
    .transform((text) => text.trim())
    .default(""),
  /** `nextCursor` of the page before; absent for the first. */
  cursor: z.string().max(2000).refine(isCursor, "the cursor is not one that this list gave out").nullish(),
  /** Rows a page. */
  limit: z.number().int().min(1).max(200).default(50),
  /** Sent by TanStack Query's infinite queries; there is one direction. */
  direction: z.literal("forward").optional(),
});

/** A page of rows of which one more was read than it holds. */
export function pageOf<Row>(
  found: readonly Row[],
  limit: number,
  placeOf: (row: Row) => string,
): { items: Row[]; nextCursor: string | null } {
  const last = found[limit - 1];
  return {
    items: found.slice(0, limit),
    nextCursor: found.length > limit && last !== undefined ? encodePlace(placeOf(last)) : null,
  };
}
