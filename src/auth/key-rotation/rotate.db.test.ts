/** After a rotation everything is under the first key and says what it said before; a second one finds nothing to do. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openAccessToken, openRefreshToken, sealTokens } from "@/account/provider-tokens";
import { lockTokens, putTokens } from "@/account/provider-tokens.store.server";
import { rotateKeys } from "@/auth/key-rotation/rotate.server";
import { openClientSecret, sealClientSecret, settingsOf } from "@/directory/connections";
import { findSealedSecret, insertConnection } from "@/directory/connections.store.server";
import { inheritedVariables } from "@/platform/env";
import { newId } from "@/platform/ids";
import { KeyRing } from "@/platform/key-ring";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const AT = new Date("2026-03-04T05:06:07Z");
const [k1, k2, lost] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const old = new KeyRing([["k1", k1]]);
const ring = new KeyRing([
  ["k2", k2],
  ["k1", k1],
]);

let accounts: string[];

async function put(id: string, under: KeyRing): Promise<void> {
  const refreshToken = accounts.indexOf(id) % 2 === 0 ? `refresh ${id}` : null;
  const tokens = sealTokens(under, id, { accessToken: `access-${id}`, refreshToken, expiresAt: AT });
  await putTokens(postgres.db, id, tokens, "sign_in", AT);
}

beforeEach(async () => {
  for (const table of ["provider_tokens", "accounts"] as const) await postgres.db.deleteFrom(table).execute();
  const user = newId();
  await postgres.db
    .insertInto("users")
    .values({ id: user, email: `${user}@acme.test` })
    .execute();
  accounts = Array.from({ length: 10 }, newId);
  for (const id of accounts) {
    const account = { id, user_id: user, provider: "openid", provider_account_id: id };
    await postgres.db.insertInto("accounts").values(account).execute();
    await put(id, old);
  }
});

async function contents() {
  const rows = await postgres.db.transaction().execute((tx) => Promise.all(accounts.map((id) => lockTokens(tx, id))));
  return rows.map((row) => ({
    ...row,
    access: row && { keyId: row.access.keyId, text: openAccessToken(ring, row.accountId, row.access) },
    refresh: row?.refresh && {
      keyId: row.refresh.keyId,
      text: openRefreshToken(ring, row.accountId, row.refresh),
    },
  }));
}
const events = () =>
  postgres.db.selectFrom("audit_events").selectAll().where("action", "=", "keysRotated").orderBy("id").execute();

describe("a rotation", () => {
  test("puts every row under the first key, in batches, changes nothing else, and each batch is in the book", async () => {
    const before = await contents();
    const earlier = (await events()).length;
    const told: number[] = [];
    expect(await rotateKeys(postgres.db, ring, (rows) => told.push(rows), 4)).toEqual({
      rows: 10,
      unreadable: 0,
      left: 0,
    });
    expect(told).toEqual([4, 8, 10]);
    const after = await contents();
    expect(JSON.stringify(after)).toBe(JSON.stringify(before).replaceAll('"k1"', '"k2"'));
    expect((await events()).slice(earlier)).toMatchObject(
      [4, 4, 2].map((rows) => ({
        status: "success",
        actor_type: "system",
        actor_id: null,
        target_id: null,
        details: { keyId: "k2", rows },
      })),
    );
    // The old key may go now.
    const alone = new KeyRing([["k2", k2]]);
    const row = await postgres.db.transaction().execute((tx) => lockTokens(tx, accounts[0] ?? ""));
    expect(row && openAccessToken(alone, row.accountId, row.access)).toBe(`access-${accounts[0]}`);
  });

  test("a second time finds nothing to do, and says nothing in the book", async () => {
    await rotateKeys(postgres.db, ring);
    const [rows, before] = [await contents(), (await events()).length];
    expect(await rotateKeys(postgres.db, ring)).toEqual({ rows: 0, unreadable: 0, left: 0 });
    expect([await contents(), (await events()).length]).toEqual([rows, before]);
  });

  test("twice at the same moment does every row once", async () => {
    const results = await Promise.all([1, 2, 3].map(() => rotateKeys(postgres.db, ring, () => {}, 2)));
    expect(results.reduce((sum, { rows }) => sum + rows, 0)).toBe(10);
    expect((await rotateKeys(postgres.db, ring)).left).toBe(0);
  });

  test("passes over a row that a server is just refreshing, says so, and takes it the next time", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let locked = () => {};
    const isLocked = new Promise<void>((resolve) => {
      locked = resolve;
    });
    const refreshing = postgres.db.transaction().execute(async (tx) => {
      await lockTokens(tx, accounts[3] ?? "");
      locked();
      await held;
    });
    await isLocked;
    expect(await rotateKeys(postgres.db, ring)).toEqual({ rows: 9, unreadable: 0, left: 1 });
    release();
    await refreshing;
    expect(await rotateKeys(postgres.db, ring)).toEqual({ rows: 1, unreadable: 0, left: 0 });
  });

  test("takes a row of which only one token is under the old key", async () => {
    const [id = ""] = accounts;
    const bare = sealTokens(ring, id, { accessToken: "new", refreshToken: null, expiresAt: null });
    await putTokens(postgres.db, id, bare, "sign_in", AT);
    await rotateKeys(postgres.db, ring);
    expect((await contents())[0]).toMatchObject({
      access: { keyId: "k2", text: "new" },
      refresh: { keyId: "k2", text: `refresh ${id}` },
    });
  });

  test("leaves a row that no key opens as it is, and counts it", async () => {
    await put(accounts[0] ?? "", new KeyRing([["lost", lost]]));
    expect(await rotateKeys(postgres.db, ring, () => {}, 3)).toEqual({ rows: 9, unreadable: 1, left: 0 });
    const row = await postgres.db.transaction().execute((tx) => lockTokens(tx, accounts[0] ?? ""));
    expect(row?.access.keyId).toBe("lost");
  });

  test("that is interrupted leaves whole batches and nothing by halves", async () => {
    const interrupted = rotateKeys(
      postgres.db,
      ring,
      () => {
        throw new Error("interrupted");
      },
      4,
    );
    await expect(interrupted).rejects.toThrow("interrupted");
    expect((await contents()).filter((row) => row.access?.keyId === "k2")).toHaveLength(4);
    expect((await rotateKeys(postgres.db, ring)).rows).toBe(6);
  });
});

describe("the secrets of connections", () => {
  async function addConnection(under: KeyRing): Promise<string> {
    const id = newId();
    const settings = settingsOf({ kind: "github", name: "GitHub", clientId: "c" });
    const secret = sealClientSecret(under, id, `secret of ${id}`);
    await insertConnection(postgres.db, { id, organizationId: null, settings, secret, at: AT });
    return id;
  }
  const keyOf = async (id: string) => (await findSealedSecret(postgres.db, id))?.keyId;
  afterEach(() => postgres.db.deleteFrom("sso_connections").execute());

  test("go under the first key with all else, and say what they said", async () => {
    const ids = [await addConnection(old), await addConnection(old), await addConnection(old)];
    expect(await rotateKeys(postgres.db, ring, () => {}, 2)).toEqual({ rows: 13, unreadable: 0, left: 0 });
    for (const id of ids) {
      const sealed = await findSealedSecret(postgres.db, id);
      expect(sealed && openClientSecret(new KeyRing([["k2", k2]]), id, sealed)).toBe(`secret of ${id}`);
    }
    expect((await rotateKeys(postgres.db, ring)).rows).toBe(0);
  });

  test("that no key opens stay as they are, and are counted", async () => {
    const lostOne = await addConnection(new KeyRing([["lost", lost]]));
    const good = await addConnection(old);
    expect(await rotateKeys(postgres.db, ring)).toEqual({ rows: 11, unreadable: 1, left: 0 });
    expect([await keyOf(lostOne), await keyOf(good)]).toEqual(["lost", "k2"]);
  });
});

describe("npm run gatebook -- keys rotate", () => {
  const text = (id: string, key: Buffer) => `${id}:${key.toString("base64")}`;
  const run = async (keys: string, ...words: string[]) => {
    const command = ["--conditions=react-server", "--import", "tsx", "src/cli/main.ts", "keys", "rotate", ...words];
    const env = { ...inheritedVariables(), NODE_ENV: "test" as const, DATABASE_URL: postgres.url, GATEBOOK_KEYS: keys };
    const cwd = join(import.meta.dirname, "..", "..", "..");
    return promisify(execFile)(process.execPath, command, { cwd, env }).then(
      ({ stdout }) => ({ code: 0, said: stdout }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        said: error.stdout + error.stderr,
      }),
    );
  };

  test("says what it did and no key, and explains itself", async () => {
    const keys = `${text("k2", k2)},${text("k1", k1)}`;
    const { code, said } = await run(keys);
    expect([code, said]).toEqual([
      0,
      "10 rows done\nPut 10 rows under the key k2.\nNothing is left under another key.\n",
    ]);
    expect((await run(keys)).said).toBe("Put 0 rows under the key k2.\nNothing is left under another key.\n");
    expect((await run(keys, "--help")).said).toContain("move it to the front");
  }, 60_000);

  test("fails where something is left, and where there are no keys", async () => {
    const { code, said } = await run(text("k2", k2));
    expect(code).toBe(1);
    expect(said).toContain("10 rows cannot be opened: their key is not in GATEBOOK_KEYS");
    expect(await run("")).toMatchObject({ code: 1, said: expect.stringContaining("GATEBOOK_KEYS is not set") });
  }, 60_000);
});
