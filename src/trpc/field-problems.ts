/** What was wrong with the input of a call, field by field, from the issues in its answer. Pure. */

type Tree = { properties?: Record<string, { errors?: string[] } | undefined> };

/** The first problem of each field; empty for an error of another kind. */
export function fieldProblems(error: unknown): Record<string, string> {
  const issues = (error as { data?: { issues?: Tree | null } | null } | null)?.data?.issues;
  return Object.fromEntries(
    Object.entries(issues?.properties ?? {}).flatMap(([field, problem]) =>
      problem?.errors?.[0] === undefined ? [] : [[field, problem.errors[0]]],
    ),
  );
}
