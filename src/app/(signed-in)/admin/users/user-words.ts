/** The addresses of the directory, and people's roles in words. Pure. */

import { searchHref } from "@/app/search-href";

const PATH = "/admin/users";

/** The address of the list under a search, optionally from a place in it. */
export const usersHref = (search: string, cursor?: string | null) => searchHref(PATH, search, cursor);

/** Where somebody is asked to join. */
export const INVITE_PATH = `${PATH}/invite`;

export const userHref = (id: string) => `${PATH}/${id}`;

type Roles = { instanceRole: "admin" | "auditor" | null; memberships: { name: string; role: string }[] };

/** "admin of this Gatebook", "owner of Acme": the widest first. */
export function roleWords({ instanceRole, memberships }: Roles): string[] {
  return [
    ...(instanceRole ? [`${instanceRole} of this Gatebook`] : []),
    ...memberships.map(({ name, role }) => `${role} of ${name}`),
  ];
}

export const sessionWords = (count: number) => (count === 1 ? "1 session" : `${count} sessions`);
