/** The groups or roles that a provider says somebody has, out of whatever its claims hold. Pure. */
import { storableText } from "@/platform/text";

/** More would not fit into an id token; Entra sends a link instead of more than 200 groups. */
const MOST = 500;
const LONGEST = 200;

function named(claims: unknown, name: string): unknown {
  return typeof claims === "object" && claims !== null && Object.hasOwn(claims, name)
    ? (claims as Record<string, unknown>)[name]
    : undefined;
}

/** The claim of that very name (names that are URLs have dots too), or the one on that path: `realm_access.roles`. */
function claimAt(claims: unknown, name: string): unknown {
  return named(claims, name) ?? name.split(".").reduce(named, claims);
}

const isRole = (value: unknown): value is string =>
  typeof value === "string" && value.length > 0 && value.length <= LONGEST && storableText(value, LONGEST) === value;

/** @returns the values of the claim, a text or a list of them, each once; nothing for whatever else it may be */
export function rolesIn(claims: object, claim: string): string[] {
  const value = claimAt(claims, claim);
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return [...new Set(values.slice(0, MOST).filter(isRole))];
}
