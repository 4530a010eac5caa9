/** A PostgreSQL and application servers of a test's own, so that it may stop, kill and restart them. The build is the journeys'. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { migrateToLatest } from "../../db/migrate";
import { seedDemo } from "../../db/seed";
import { type Application, startApplication } from "../../src/workbench/application";
import { freePort } from "../../src/workbench/ports";
import { type Postgres, startPostgres } from "../../src/workbench/postgres";
import { workbench } from "../workbench";

type Variables = Record<string, string>;
export type Server = { origin: string; application: Application };

export class House {
  private postgres: Postgres | null = null;
  private readonly servers = new Set<Application>();
  private url = "";

  private constructor(
    readonly dataDir: string,
    private readonly databasePort: number,
  ) {}

  static async open(): Promise<House> {
    const house = new House(mkdtempSync(join(tmpdir(), "gatebook-faults-")), await freePort());
    await house.startDatabase();
    await migrateToLatest(house.url);
    await seedDemo(house.url, workbench.password);
    return house;
  }

  async startDatabase(): Promise<void> {
    this.postgres = await startPostgres({ dataDir: this.dataDir, port: this.databasePort });
    this.url = this.postgres.url;
  }

  /** A fast shutdown, as an operator's: transactions under way are rolled back. */
  async stopDatabase(): Promise<void> {
    await this.postgres?.stop();
    this.postgres = null;
  }

  /** Starts an application server on the house's database and data folder. Limits are off unless `variables` say so. */
  async serve(variables: Variables = {}): Promise<Server> {
    const port = Number(variables.PORT ?? (await freePort()));
    const origin = `http://localhost:${port}`;
    const application = startApplication({
      NODE_ENV: "production",
      PORT: String(port),
      DATABASE_URL: this.url,
      NEXTAUTH_URL: origin,
      NEXTAUTH_SECRET: "one secret for all servers of this house, 32 bytes and more",
      GATEBOOK_DATA_DIR: this.dataDir,
      GATEBOOK_DIST_DIR: workbench.distDir,
      SMTP_URL: "smtp://127.0.0.1:1",
      SIGN_IN_LIMIT_ACCOUNT: "off",
      SIGN_IN_LIMIT_IP: "off",
      LOG_LEVEL: "silent",
      ...variables,
    });
    this.servers.add(application);
    await application.ready;
    return { origin, application };
  }

  /** SIGKILL: no handler runs, nothing is flushed. */
  async kill({ application }: Server): Promise<void> {
    application.kill();
    await application.ended;
    this.servers.delete(application);
  }

  async query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    try {
      return (await client.query<Row>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Holds a lock on `audit_events` that blocks every writer, until the returned function is called. */
  async lockEvents(): Promise<() => Promise<void>> {
    const client = new pg.Client({ connectionString: this.url });
    // A server that is killed under the lock takes nothing of ours with it.
    client.on("error", () => {});
    await client.connect();
    await client.query("begin; lock table audit_events in access exclusive mode");
    return () => client.end();
  }

  async close(): Promise<void> {
    for (const application of this.servers) await application.stop();
    await this.stopDatabase();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
