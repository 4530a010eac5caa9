/** The people of the local OpenID provider: whoever types an email is that person. Pure but for the store it is given. */
import { createHash } from "node:crypto";
import type { Account, Adapter } from "oidc-provider";

/** As long as the longest grant lives, and then some. */
const REMEMBERED_S = 30 * 24 * 3600;

/** The same email is the same subject, for ever; and the subject does not give the email away. */
export function subjectOf(email: string): string {
  return createHash("sha256").update(`gatebook-workbench:${email}`).digest("base64url").slice(0, 22);
}

/** "ada.lovelace@acme.test" is called "Ada Lovelace". */
export function nameOf(email: string): string {
  const words = email.slice(0, email.indexOf("@")).split(/[._+-]+/);
  return (
    words.flatMap((word) => (word === "" ? [] : [word.charAt(0).toUpperCase() + word.slice(1)])).join(" ") || email
  );
}

/** Remembers an email under its subject. Answers the subject. */
export async function rememberAccount(accounts: Adapter, email: string): Promise<string> {
  const sub = subjectOf(email);
  await accounts.upsert(sub, { email }, REMEMBERED_S);
  return sub;
}

export async function findAccount(accounts: Adapter, sub: string): Promise<Account | undefined> {
  const email = (await accounts.find(sub))?.email;
  if (typeof email !== "string") return undefined;
  return {
    accountId: sub,
    claims: () => ({ sub, email, email_verified: true, name: nameOf(email) }),
  };
}
