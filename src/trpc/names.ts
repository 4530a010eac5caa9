/** What people and organizations are called, as it is typed. */
import { z } from "zod";

/** Control characters, half characters, and marks that turn the direction of the text around them. */
const UNREADABLE = /[\p{Cc}\p{Cs}\u2028-\u202E\u2066-\u2069]/u;

const typedName = z
  .string()
  .max(2000, "Use at most 200 characters.")
  .transform((typed) => typed.normalize("NFC").trim())
  .pipe(
    z
      .string()
      .max(200, "Use at most 200 characters.")
      .refine((name) => !UNREADABLE.test(name), "Some of these characters can't be shown. Type it anew."),
  );

/** May be empty: then there is none. */
export const personName = typedName.transform((name) => name || null);

export const organizationName = typedName.refine((name) => name !== "", "Give it a name.");

/** The name of an organization in addresses. */
export const slug = z
  .string()
  .max(63, "Use at most 63 characters.")
  .regex(/^[a-z0-9][a-z0-9-]*$/, "Use small letters, digits and hyphens, and begin with a letter or a digit.");
