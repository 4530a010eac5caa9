/**
 * Hears what PostgreSQL tells those who listen (NOTIFY), on a connection of its own that is made again whenever it is
 * lost. What was told meanwhile is lost too: whoever listens must look for themselves once it listens again.
 */
import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import pg from "pg";
import { log } from "@/platform/log";

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2000;
/** A connection that only waits does not notice that nobody is there any more. */
const HEARTBEAT_MS = 10_000;

export type Heard = {
  /** It listens, for the first time or again. */
  onListening: () => void;
  onNotification: () => void;
};

export class Listener {
  private client: pg.Client | null = null;
  private heartbeat: NodeJS.Timeout | null = null;
  private retry: NodeJS.Timeout | null = null;
  private delay = FIRST_RETRY_MS;
  private lost = false;
  private closed = false;
  // A request must not lend its scope to work that goes on after it.
  private readonly outside = AsyncLocalStorage.snapshot();

  /** @param channel a name that needs no quoting */
  constructor(
    private readonly connectionString: string,
    private readonly channel: string,
    private readonly heard: Heard,
  ) {
    this.outside(() => void this.open());
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.retry) clearTimeout(this.retry);
    const { client } = this;
    this.forget();
    await client?.end().catch(() => {});
  }

  private async open(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.connectionString,
      connectionTimeoutMillis: 3000,
      query_timeout: 5000,
      keepAlive: true,
      application_name: "gatebook listener",
    });
    this.client = client;
    client.on("error", (error) => this.again(client, error));
    client.on("end", () => this.again(client, new Error("The connection ended.")));
    client.on("notification", () => this.heard.onNotification());
    try {
      await client.connect();
      await client.query(`listen ${this.channel}`);
    } catch (error) {
      this.again(client, error);
      return;
    }
    if (this.client !== client) return;
    if (this.lost) log().info({ channel: this.channel }, "listening to the database again");
    this.lost = false;
    this.delay = FIRST_RETRY_MS;
    this.heartbeat = setInterval(() => {
      client.query("select 1").catch((error: unknown) => this.again(client, error));
    }, HEARTBEAT_MS);
    this.heartbeat.unref();
    this.heard.onListening();
  }

  /** The connection is of no use any more: the next one is tried, soon at first. */
  private again(client: pg.Client, error: unknown): void {
    if (this.client !== client) return;
    this.forget();
    client.end().catch(() => {});
    if (this.closed) return;
    if (!this.lost) log().warn({ err: error, channel: this.channel }, "not listening to the database; trying again");
    this.lost = true;
    this.retry = setTimeout(() => void this.open(), this.delay);
    this.retry.unref();
    this.delay = Math.min(LONGEST_RETRY_MS, this.delay * 2);
  }

  private forget(): void {
    if (this.heartbeat) clearInterval(this.heartbeat);
    this.heartbeat = null;
    this.client = null;
  }
}
