/** `gatebook export` */

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { Writable } from "node:stream";
import { parseArgs } from "node:util";
import { database } from "@db/connect.server";
import { readExportRequest } from "@/audit/export/request";
import { SignInExport } from "@/audit/export/sign-in-export.server";
import { signInFilter } from "@/audit/history";
import { runShutdown } from "@/platform/shutdown";

const KEYS = Object.keys(signInFilter.shape);

const HELP = `Usage: npm run gatebook -- export [--format csv|ndjson|ocsf] [--output FILE] [--cursor CURSOR] [FILTER...]

Writes the sign-ins of the whole instance, newest first, to FILE or to standard output. The export stands in the book as
auditExported, with its filter, the number of rows and the SHA-256 of what was written. Needs DATABASE_URL.

  --format  csv (the default), ndjson, or ocsf: OCSF 1.8.0, class Authentication (3002), one event a line
  --output  a file; with --cursor it is continued, else it must not be there yet
  --cursor  goes on where an export ended early, as that one said

A filter takes what the filter of /admin/sign-ins takes: ${KEYS.map((key) => `--${key}`).join(", ")}.
Values of one key are joined with commas and mean "or"; --ip takes an address or a CIDR; --from (inclusive) and --to
(exclusive) take ISO 8601.

  npm run -s gatebook -- export --status failure --from 2026-03-01 --output failures.csv
`;

/** What was asked for, from flags that have the names of the filter's keys. */
function readFlags(args: string[]) {
  const flags = ["format", "cursor", "output", ...KEYS];
  const { values } = parseArgs({
    args,
    options: Object.fromEntries(flags.map((name) => [name, { type: "string" as const }])),
  });
  const { output, ...asked } = values as Record<string, string | undefined>;
  const given = Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const request = readExportRequest(new URLSearchParams(given));
  if (request.success) return { request: request.data, output };
  throw new Error(request.error.issues.map(({ path, message }) => `--${String(path.at(-1))}: ${message}`).join("\n"));
}

async function write(to: Writable, chunk: Buffer): Promise<void> {
  if (!to.write(chunk)) await once(to, "drain");
}

export const exportSignIns = {
  summary: "write sign-ins to a file, for evidence or for another system",
  help: HELP,
  async run(args: string[]): Promise<void> {
    const { request, output } = readFlags(args);
    const to =
      output === undefined ? process.stdout : createWriteStream(output, { flags: request.cursor ? "a" : "wx" });
    const failed = once(to, "error").then(([error]: unknown[]) => Promise.reject(error));
    failed.catch(() => {});
    const exporter = { actor: { type: "system" } as const, sessionId: null, organizationId: null };
    const exported = new SignInExport(database(), exporter, async () => "all", request);
    let stopped = false;
    const stop = () => {
      stopped = true;
    };
    process.once("SIGINT", stop).once("SIGTERM", stop);
    try {
      for await (const chunk of exported.chunks()) {
        await Promise.race([write(to, chunk), failed]);
        if (stopped) throw new Error("stopped");
      }
      if (output !== undefined) await Promise.race([new Promise<void>((resolve) => to.end(resolve)), failed]);
      await exported.succeed();
      process.stderr.write(
        `Exported ${exported.rows} sign-ins, ${exported.bytes} bytes, SHA-256 ${exported.sha256}.\nRecorded as event ${exported.id}.\n`,
      );
    } catch (error) {
      await exported.fail(stopped ? "cancelled" : "internal_error");
      if (exported.cursor)
        process.stderr.write(`${exported.rows} sign-ins were written. Go on with --cursor ${exported.cursor}\n`);
      throw error;
    } finally {
      await runShutdown(10_000);
      await database().destroy();
    }
  },
};
