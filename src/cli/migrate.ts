/** `gatebook migrate` */
import { migrateToLatest } from "@db/migrate";
import { env } from "@/platform/env";

export const migrate = {
  summary: "bring the database to the newest schema",
  help: "Usage: npm run gatebook -- migrate\n\nApplies the migrations that DATABASE_URL does not have yet, under an advisory lock.\n`npm start` does the same before it serves.\n",
  async run(): Promise<void> {
    const applied = await migrateToLatest(env().DATABASE_URL);
    process.stdout.write(
      applied.length > 0 ? `Applied: ${applied.join(", ")}\n` : "Nothing to do: the schema is the newest.\n",
    );
  },
};
