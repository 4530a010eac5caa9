/** A PostgreSQL for one run of a tool or of the tests: a free port, an empty folder, nothing left afterwards. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./ports";
import { type Postgres, startPostgres } from "./postgres";

export type TemporaryPostgres = Pick<Postgres, "url" | "stop">;

export async function startTemporaryPostgres(): Promise<TemporaryPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), "gatebook-"));
  const remove = () => rm(dataDir, { recursive: true, force: true });
  try {
    // Its data is thrown away, so it need not survive a power cut.
    const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
    const postgres = await startPostgres({ dataDir, port: await freePort(), settings });
    return {
      url: postgres.url,
      async stop() {
        await postgres.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
