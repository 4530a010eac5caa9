/** The addresses of organizations, and what they ask of sign-ins in words. Pure. */
import { methodNames } from "@/app/_words/methods";
import { searchHref } from "@/app/search-href";
import type { SignInPolicy } from "@/directory/policy";
import { signInMethods } from "@/directory/policy";

const PATH = "/admin/organizations";

export const organizationsHref = (search: string, cursor?: string | null) => searchHref(PATH, search, cursor);

/** An organization's page, its members under a search. */
export const organizationHref = (id: string, search = "", cursor?: string | null) =>
  searchHref(`${PATH}/${id}`, search, cursor);

export const memberWords = (count: number) => (count === 1 ? "1 member" : `${count} members`);

/** "any method", "single sign-on only", "password or email link", "one connection only" */
export function policyWords({
  allowedMethods,
  requiredConnectionId,
}: Pick<SignInPolicy, "allowedMethods" | "requiredConnectionId">): string {
  if (requiredConnectionId !== null) return "one connection only";
  if (allowedMethods.length === signInMethods.length) return "any method";
  const names = allowedMethods.map((method) => methodNames[method]);
  return names.length === 1 ? `${names[0]} only` : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

/** "a member", "an owner" */
export const withArticle = (role: string) => `${/^[aeiou]/.test(role) ? "an" : "a"} ${role}`;

/** What each role may do, in a sentence. */
export const roleMeanings = {
  member: "Signs in; sees their own account.",
  auditor: "Also reads the history of everybody here.",
  admin: "Also invites, removes and disables people, and sets how they sign in.",
  owner: "Also makes and removes owners.",
} as const;
