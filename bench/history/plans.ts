/** Whether the generated table answers each question along the index that is meant for it, as a small one does in the tests. */
import type { Database } from "@db/connect.server";
import { areMeant, planOf } from "@/workbench/history-plans";
import { historyQueries } from "@/workbench/history-questions";

/** Throws, and says which question goes another way. */
export async function checkPlans(db: Database): Promise<void> {
  const astray: string[] = [];
  for (const [question, statement, meant] of historyQueries) {
    if (statement === null) continue;
    const { indexes, scanned } = await planOf(db, statement);
    if (scanned.length === 0 && areMeant(indexes, meant)) continue;
    astray.push(`${question}: along ${indexes.join(", ") || "no index"}, and through all of ${scanned.length} months`);
  }
  if (astray.length > 0)
    throw new Error(`Questions that are not answered as they are meant to be:\n${astray.join("\n")}`);
}
