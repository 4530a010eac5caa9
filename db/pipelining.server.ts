/**
 * A transaction in one round trip less, which are most of what a short one costs: BEGIN leaves with the first statement.
 * Needs connections in pipeline mode: the server then answers in the order in which it was asked, whatever was sent
 * meanwhile. COMMIT never leaves before everything else has been answered: of a process that died before it, nothing is left.
 */
import "server-only";
import {
  type DatabaseConnection,
  type Driver,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  type TransactionSettings,
} from "kysely";

class PipeliningDriver extends PostgresDriver {
  private readonly begun = new WeakMap<DatabaseConnection, Promise<void>>();

  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const begun = super.beginTransaction(connection, settings);
    // Whoever commits asks for its outcome; until then nobody waits.
    begun.catch(() => {});
    this.begun.set(connection, begun);
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await this.begun.get(connection);
    await super.commitTransaction(connection);
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
