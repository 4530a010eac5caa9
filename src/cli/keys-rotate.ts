/** `gatebook keys rotate` */
import { database } from "@db/connect.server";
import { rotateKeys } from "@/auth/key-rotation/rotate.server";
import { env } from "@/platform/env";

const HELP = `Usage: npm run gatebook -- keys rotate

Puts everything that is stored encrypted under the first key of GATEBOOK_KEYS, in batches. Safe to run twice and while
the servers serve. To bring in a new key:

  1. add it at the end of GATEBOOK_KEYS and restart every server, so that all of them can read it
  2. move it to the front and restart every server, so that all of them write with it
  3. run this command until it says that nothing is left
  4. take the old key out of GATEBOOK_KEYS and restart every server

A key is made with: openssl rand -base64 32
`;

const rowsOf = (count: number) => `${count} ${count === 1 ? "row" : "rows"}`;

export const keysRotate = {
  summary: "put what is stored encrypted under the newest key",
  help: HELP,
  async run(): Promise<void> {
    const ring = env().GATEBOOK_KEYS;
    if (!ring) throw new Error("GATEBOOK_KEYS is not set: nothing is stored encrypted.");
    const say = (line: string) => process.stdout.write(`${line}\n`);
    try {
      const { rows, unreadable, left } = await rotateKeys(database(), ring, (done) => say(`${rowsOf(done)} done`));
      say(`Put ${rowsOf(rows)} under the key ${ring.writes}.`);
      const problems = [
        ...(unreadable > 0 ? [`${rowsOf(unreadable)} cannot be opened: their key is not in GATEBOOK_KEYS`] : []),
        ...(left > 0 ? [`${rowsOf(left)} were in use: run it again`] : []),
      ];
      if (problems.length > 0) throw new Error(problems.join("; "));
      say("Nothing is left under another key.");
    } finally {
      await database().destroy();
    }
  },
};
