import "server-only";
/**
 * The audit queue's own connection: the pool may be busy with requests, and this one must never wait for them.
 * Bounded in time, whatever the network or the server does.
 */
import { Socket } from "node:net";
import pg from "pg";
import { insertStatement } from "@/audit/events.store.server";
import { faultOf, sqlStateOf } from "@/audit/queue/fault";

/** From the first try of a write to its failure, a reconnection included. */
const WRITE_WITHIN_MS = 2500;
/** The server gives up first, and says so; the rest is for an answer that never comes. */
const STATEMENT_TIMEOUT_MS = 2000;
const CONNECT_WITHIN_MS = 2000;
const UNIQUE_VIOLATION = "23505";

export type Line = {
  /** Commits the rows (each a JSON object), all or none. Rejects with the driver's error within 2.5 s. */
  write(rows: readonly string[]): Promise<void>;
  /** Resolves when the database can be reached and takes writes; rejects within 2.5 s. */
  probe(): Promise<void>;
  close(): Promise<void>;
};

function timeout(what: string): Error {
  return Object.assign(new Error(`the database did not ${what} in time`), { code: "ETIMEDOUT" });
}

/** One connection, from its opening to its loss. */
class Connection {
  private readonly socket = new Socket();
  private readonly client: pg.Client;
  private lost = false;

  constructor(connectionString: string) {
    this.client = new pg.Client({
      connectionString,
      stream: () => this.socket,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      keepAlive: true,
      application_name: "gatebook audit queue",
    });
    this.client.on("error", () => this.drop());
    this.client.on("end", () => this.drop());
  }

  get usable(): boolean {
    return !this.lost;
  }

  /** Cuts the connection without a word; statements under way reject. */
  drop(): void {
    this.lost = true;
    this.socket.destroy();
  }

  open(withinMs: number): Promise<unknown> {
    return this.within(withinMs, "accept a connection", () => this.client.connect());
  }

  run(query: pg.QueryConfig, withinMs: number): Promise<pg.QueryResult> {
    return this.within(withinMs, "answer", () => this.client.query(query));
  }

  async end(): Promise<void> {
    this.lost = true;
    await this.within(1000, "say goodbye", () => this.client.end()).catch(() => {});
  }

  private async within<T>(ms: number, what: string, work: () => Promise<T>): Promise<T> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.drop();
    }, ms);
    try {
      return await work();
    } catch (error) {
      throw late ? timeout(what) : error;
    } finally {
      clearTimeout(timer);
    }
  }
}

class EventLine implements Line {
  private connection: Connection | null = null;

  constructor(private readonly connectionString: string) {}

  async write(rows: readonly string[]): Promise<void> {
    const deadline = performance.now() + WRITE_WITHIN_MS;
    const reused = this.connection?.usable ?? false;
    try {
      await this.run(insertStatement(rows, { mayBeThere: false }), deadline);
    } catch (error) {
      // Some of the rows are there from an earlier try; or the connection was cut, idle or under the statement.
      const again = sqlStateOf(error) === UNIQUE_VIOLATION || (reused && isConnectionLoss(error));
      if (!again) throw error;
      await this.run(insertStatement(rows, { mayBeThere: true }), deadline);
    }
  }

  async probe(): Promise<void> {
    // A statement that inserts nothing meets a lock, a read-only server and a missing permission all the same.
    await this.run(insertStatement([], { mayBeThere: true }), performance.now() + WRITE_WITHIN_MS);
  }

  async close(): Promise<void> {
    await this.connection?.end();
  }

  private async run(query: pg.QueryConfig, deadline: number): Promise<pg.QueryResult> {
    const left = () => Math.max(1, deadline - performance.now());
    if (!this.connection?.usable) {
      this.connection = new Connection(this.connectionString);
      try {
        await this.connection.open(Math.min(CONNECT_WITHIN_MS, left()));
      } catch (error) {
        this.connection.drop();
        throw error;
      }
    }
    const connection = this.connection;
    try {
      return await connection.run(query, left());
    } catch (error) {
      // Also after an answer such as "read-only": the next connection may lead to another server.
      if (faultOf(error) === "database") connection.drop();
      throw error;
    }
  }
}

/** Whether the connection went away, as opposed to an answer or a silence. Class 57P: the server ended it. */
function isConnectionLoss(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state !== null) return state.startsWith("57P") || state.startsWith("08");
  return (error as { code?: unknown }).code !== "ETIMEDOUT";
}

/** Connects at the first use. */
export function openLine(connectionString: string): Line {
  return new EventLine(connectionString);
}
