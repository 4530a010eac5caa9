/** A role mapping as people type it: one line for each value, such as "Gatebook admins = admin". Pure. */
import type { MappedRole, RoleMapping } from "@/directory/connections";

const ROLES: readonly string[] = ["member", "auditor", "admin"] satisfies MappedRole[];
const isRole = (text: string): text is MappedRole => ROLES.includes(text);

export function mappingText(mapping: RoleMapping): string {
  return Object.entries(mapping)
    .map(([value, role]) => `${value} = ${role}`)
    .join("\n");
}

/** Empty lines count for nothing; a value may have an equals sign itself, so the last one counts. */
export function readMapping(text: string): { mapping: RoleMapping; problem?: undefined } | { problem: string } {
  const mapping: Record<string, MappedRole> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const at = line.lastIndexOf("=");
    const value = line.slice(0, Math.max(at, 0)).trim();
    const role = line
      .slice(at + 1)
      .trim()
      .toLowerCase();
    if (value === "" || !isRole(role))
      return { problem: `Line ${index + 1} must be a value, an equals sign, and admin, auditor or member.` };
    if (Object.hasOwn(mapping, value)) return { problem: `Line ${index + 1} maps “${value}” a second time.` };
    mapping[value] = role;
  }
  return { mapping };
}
