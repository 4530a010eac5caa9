/** The addresses of the directory, and people's roles in words. Pure. */

const PATH = "/admin/users";

/** The address of the list under a search, optionally from a place in it. */
export function usersHref(search: string, cursor?: string | null): string {
  const query = new URLSearchParams();
  if (search) query.set("search", search);
  if (cursor) query.set("cursor", cursor);
  const text = query.toString().replaceAll("%40", "@");
  return text === "" ? PATH : `${PATH}?${text}`;
}

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
