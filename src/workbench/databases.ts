/** Databases of the embedded server, made and dropped by its superuser. */
import pg from "pg";

/** What a machine may take that is busy with something else. */
const PATIENCE_MS = 30_000;
/** After which a server counts as not answering. */
const ANSWER_MS = 5000;

async function asSuperuser<T>(
  superUrl: string,
  work: (client: pg.Client) => Promise<T>,
  connectionTimeoutMillis = PATIENCE_MS,
): Promise<T> {
  const client = new pg.Client({ connectionString: superUrl, connectionTimeoutMillis });
  // A server that goes away between two statements is reported by the next statement.
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The same server and user, another database. */
export function databaseUrl(superUrl: string, name: string): string {
  const url = new URL(superUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}

/** Makes a database, as a copy of `template` where one is named (nobody may be connected to it). Answers its URL. */
export async function createDatabase(superUrl: string, name: string, template?: string): Promise<string> {
  await asSuperuser(superUrl, (client) =>
    client.query(
      `create database ${client.escapeIdentifier(name)}` +
        (template === undefined ? "" : ` template ${client.escapeIdentifier(template)}`),
    ),
  );
  return databaseUrl(superUrl, name);
}

/** Drops a database if it exists, closing the connections to it. */
export async function dropDatabase(superUrl: string, name: string): Promise<void> {
  await asSuperuser(superUrl, (client) =>
    client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`),
  );
}

/** Makes a database unless it exists already. */
export async function ensureDatabase(superUrl: string, name: string): Promise<void> {
  const exists = await asSuperuser(superUrl, async (client) => {
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [name]);
    return rowCount === 1;
  });
  if (!exists) await createDatabase(superUrl, name);
}

/** Tries to connect once. Null when the server answers, else the error's code or message. */
export async function connectionProblem(superUrl: string): Promise<string | null> {
  try {
    await asSuperuser(superUrl, (client) => client.query("select 1"), ANSWER_MS);
    return null;
  } catch (error) {
    if (!(error instanceof Error)) return String(error);
    return (error as { code?: string }).code ?? error.message;
  }
}
