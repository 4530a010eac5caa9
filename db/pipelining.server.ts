/**
 * A transaction in fewer round trips, which are most of what a short one costs: BEGIN leaves with the first statement,
 * and what is to be written last (see {@link withCommit}) leaves together with COMMIT. Needs connections in pipeline
 * mode: the server then answers in the order in which it was asked, whatever was sent meanwhile.
 */
import "server-only";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  type QueryResult,
  type TransactionSettings,
} from "kysely";

const WITH_COMMIT = "/* with commit */";

/**
 * Inside a transaction, a statement that is sent when it commits, just before the COMMIT: its result is not told, and
 * when it fails the transaction is rolled back. Outside of one it runs at once.
 */
export function withCommit(text: string, values: readonly unknown[]): CompiledQuery {
  return CompiledQuery.raw(`${WITH_COMMIT}${text}`, [...values]);
}

/** The statement itself, as the server gets it. */
function unmarked(query: CompiledQuery): CompiledQuery {
  return query.sql.startsWith(WITH_COMMIT) ? { ...query, sql: query.sql.slice(WITH_COMMIT.length) } : query;
}

type Execute = (query: CompiledQuery) => Promise<QueryResult<unknown>>;
/** A connection that is within a transaction. */
type Open = { begun: Promise<unknown>; last: CompiledQuery[] };

class PipeliningDriver extends PostgresDriver {
  private readonly execute = new WeakMap<DatabaseConnection, Execute>();
  private readonly open = new WeakMap<DatabaseConnection, Open>();

  override async acquireConnection(...options: Parameters<PostgresDriver["acquireConnection"]>) {
    const connection = await super.acquireConnection(...options);
    if (!this.execute.has(connection)) {
      const execute = connection.executeQuery.bind(connection) as Execute;
      this.execute.set(connection, execute);
      Object.assign(connection, {
        executeQuery: (query: CompiledQuery) => {
          const statement = unmarked(query);
          const open = statement === query ? undefined : this.open.get(connection);
          if (!open) return execute(statement);
          open.last.push(statement);
          return Promise.resolve({ rows: [] });
        },
      });
    }
    return connection;
  }

  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const begun = super.beginTransaction(connection, settings);
    // Whoever commits asks for its outcome; until then nobody waits.
    begun.catch(() => {});
    this.open.set(connection, { begun, last: [] });
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const execute = this.execute.get(connection);
    const { begun, last } = this.open.get(connection) ?? { begun: Promise.resolve(), last: [] };
    this.open.delete(connection);
    const written = last.map((query) => execute?.(query));
    // After a statement that failed, the server makes a ROLLBACK of this COMMIT.
    const committed = super.commitTransaction(connection);
    const outcomes = await Promise.allSettled([begun, ...written, committed]);
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  override async rollbackTransaction(connection: Parameters<PostgresDriver["rollbackTransaction"]>[0]): Promise<void> {
    this.open.delete(connection);
    await super.rollbackTransaction(connection);
  }
}

export class PipeliningDialect extends PostgresDialect {
  private readonly settings: PostgresDialectConfig;

  constructor(config: PostgresDialectConfig) {
    super(config);
    this.settings = config;
  }

  override createDriver(): Driver {
    return new PipeliningDriver(this.settings);
  }
}
