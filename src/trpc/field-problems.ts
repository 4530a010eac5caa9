/** What was wrong with the input of a call, field by field, from the issues in its answer. Pure. */

type Tree = { errors?: string[]; properties?: Record<string, Tree | undefined> };

function problemsIn(tree: Tree, path: string): [string, string][] {
  return Object.entries(tree.properties ?? {}).flatMap(([field, problem]) => {
    if (!problem) return [];
    const name = `${path}${field}`;
    const own: [string, string][] = problem.errors?.[0] === undefined ? [] : [[name, problem.errors[0]]];
    return [...own, ...problemsIn(problem, `${name}.`)];
  });
}

/** The first problem of each field, those of an object with its name before theirs (`settings.issuer`); empty for an error of another kind. */
export function fieldProblems(error: unknown): Record<string, string> {
  const issues = (error as { data?: { issues?: Tree | null } | null } | null)?.data?.issues;
  return Object.fromEntries(problemsIn(issues ?? {}, ""));
}
