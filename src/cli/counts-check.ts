/** `gatebook counts check` */
import { connectPatiently } from "@db/connect.server";
import { findDrift, repairCounts } from "@/audit/counts/counts.store.server";
import { env } from "@/platform/env";

const HELP = `Usage: npm run gatebook -- counts check [--repair]

Compares the counts of sign-ins that the histogram and the facets are read from with the book itself, row by row: about ten
seconds for a million rows, while the servers serve. Says what differs and ends with 1. With --repair it puts the counts right.
`;

export const countsCheck = {
  summary: "compare the counts of sign-ins with the book, and repair them",
  help: HELP,
  async run(args: string[]): Promise<void> {
    const say = (line: string) => process.stdout.write(`${line}\n`);
    const db = connectPatiently(env().DATABASE_URL, 1);
    try {
      if (args.includes("--repair")) {
        say(`Put ${await repairCounts(db)} counts right.`);
        return;
      }
      const drift = await findDrift(db);
      for (const { grain, startsAt, status, missing } of drift.slice(0, 20))
        say(
          `${grain} ${startsAt.toISOString()} ${status}: ${missing > 0 ? `${missing} missing` : `${-missing} too many`}`,
        );
      if (drift.length > 0) throw new Error(`${drift.length} counts differ from the book; run it with --repair`);
      say("The counts are what the book says.");
    } finally {
      await db.destroy();
    }
  },
};
