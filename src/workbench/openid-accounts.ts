/** The people of the local OpenID provider: whoever types an email is that person. Pure but for the store it is given. */
import { createHash } from "node:crypto";
import type { Account, Adapter } from "oidc-provider";
import { z } from "zod";
import { normalizeEmail } from "@/platform/text";

/** As long as the longest grant lives, and then some. */
const REMEMBERED_S = 30 * 24 * 3600;
const MAX_LIST = 1000;
const MAX_SUBJECT = 255;

/** What the provider says of an address. Microsoft Entra, for one, may leave it out. */
export const EMAIL_CLAIMS = ["verified", "unverified", "missing"] as const;

const personShape = z.object({
  email: z.string(),
  emailClaim: z.enum(EMAIL_CLAIMS).default("verified"),
  roles: z.array(z.string()).default([]),
  groups: z.array(z.string()).default([]),
});

/** Somebody as they last described themselves at the provider. */
export type Person = z.infer<typeof personShape>;

/** The same email is the same subject, for ever, and another one at each tenant; and it does not give the email away. */
export function subjectOf(email: string, tenant = ""): string {
  return createHash("sha256").update(`gatebook-workbench:${tenant}${email}`).digest("base64url").slice(0, 22);
}

/** "ada.lovelace@acme.test" is called "Ada Lovelace". */
export function nameOf(email: string): string {
  const words = email.slice(0, email.indexOf("@")).split(/[._+-]+/);
  return (
    words.flatMap((word) => (word === "" ? [] : [word.charAt(0).toUpperCase() + word.slice(1)])).join(" ") || email
  );
}

function listIn(text: string): string[] {
  return text
    .slice(0, MAX_LIST)
    .split(",")
    .flatMap((word) => (word.trim() === "" ? [] : [word.trim()]));
}

/**
 * Reads the form of the sign-in page: `email`, and what need not be filled in, `subject`, `roles` and `groups` (words
 * with commas between them) and `email_claim`. Null where the email is none.
 */
export function personIn(form: URLSearchParams, tenant: string): { sub: string; person: Person } | null {
  const email = normalizeEmail(form.get("email") ?? "");
  if (email === null) return null;
  const typed = form.get("subject")?.trim().slice(0, MAX_SUBJECT) ?? "";
  const emailClaim = EMAIL_CLAIMS.find((claim) => claim === form.get("email_claim")) ?? "verified";
  const person = {
    email,
    emailClaim,
    roles: listIn(form.get("roles") ?? ""),
    groups: listIn(form.get("groups") ?? ""),
  };
  return { sub: typed === "" ? subjectOf(email, tenant) : typed, person };
}

/** Remembers somebody under their subject, in place of what was known of it. */
export async function rememberPerson(accounts: Adapter, sub: string, person: Person): Promise<void> {
  await accounts.upsert(sub, { ...person }, REMEMBERED_S);
}

export async function findAccount(accounts: Adapter, sub: string): Promise<Account | undefined> {
  const { data: person } = personShape.safeParse(await accounts.find(sub));
  if (person === undefined) return undefined;
  const { email, emailClaim, roles, groups } = person;
  return {
    accountId: sub,
    claims: () => ({
      sub,
      name: nameOf(email),
      ...(emailClaim === "missing" ? {} : { email, email_verified: emailClaim === "verified" }),
      ...(roles.length > 0 ? { roles } : {}),
      ...(groups.length > 0 ? { groups } : {}),
    }),
  };
}
