/** Links by email in the database: spent once, by one of however many tries, and never after their time. */
import { beforeAll, describe, expect, test } from "vitest";
import { newVerificationToken } from "@/account/verification-tokens";
import {
  findVerificationToken,
  insertVerificationToken,
  spendVerificationToken,
} from "@/account/verification-tokens.store.server";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();

const CREATED = new Date("2026-03-04T05:00:00Z");
const IN_TIME = new Date("2026-03-04T05:14:59.999Z");
const EXPIRES = new Date("2026-03-04T05:15:00Z");

let alice: string;
let bob: string;

async function insertUser(name: string): Promise<string> {
  const id = newId();
  await postgres.db
    .insertInto("users")
    .values({ id, email: `${name}@example.com` })
    .execute();
  return id;
}

/** A token of that user, as its id. */
async function tokenOf(userId: string): Promise<string> {
  const { digest } = newVerificationToken();
  await insertVerificationToken(postgres.db, {
    purpose: "sign_in",
    digest,
    userId,
    createdAt: CREATED,
    expiresAt: EXPIRES,
  });
  const found = await findVerificationToken(postgres.db, "sign_in", digest);
  return found?.id ?? "";
}

async function usedAt(id: string): Promise<Date | null | undefined> {
  const row = await postgres.db
    .selectFrom("verification_tokens")
    .select("used_at")
    .where("id", "=", id)
    .executeTakeFirst();
  return row?.used_at;
}

beforeAll(async () => {
  alice = await insertUser("alice");
  bob = await insertUser("bob");
});

describe("a token", () => {
  test("is found by its digest, spent and expired ones included, and by nothing else", async () => {
    const { token, digest } = newVerificationToken();
    await insertVerificationToken(postgres.db, {
      purpose: "sign_in",
      digest,
      userId: alice,
      createdAt: CREATED,
      expiresAt: EXPIRES,
    });
    expect(await findVerificationToken(postgres.db, "sign_in", digest)).toMatchObject({
      userId: alice,
      expiresAt: EXPIRES,
      usedAt: null,
    });
    expect(await findVerificationToken(postgres.db, "sign_in", newVerificationToken().digest)).toBeNull();
    const stored = await postgres.db.selectFrom("verification_tokens").selectAll().execute();
    expect(JSON.stringify(stored)).not.toContain(token);
  });

  test("of one purpose is not found, and not spent with the others, for another", async () => {
    const { digest } = newVerificationToken();
    const reset = { purpose: "password_reset", digest, userId: alice, createdAt: CREATED, expiresAt: EXPIRES } as const;
    await insertVerificationToken(postgres.db, reset);
    expect(await findVerificationToken(postgres.db, "sign_in", digest)).toBeNull();
    expect(await spendVerificationToken(postgres.db, await tokenOf(alice), IN_TIME)).toBe("spent");
    expect(await findVerificationToken(postgres.db, "password_reset", digest)).toMatchObject({ usedAt: null });
  });

  test("is spent once", async () => {
    const id = await tokenOf(alice);
    expect(await spendVerificationToken(postgres.db, id, IN_TIME)).toBe("spent");
    expect(await spendVerificationToken(postgres.db, id, IN_TIME)).toBe("used");
    expect(await usedAt(id)).toEqual(IN_TIME);
  });

  test("is spent by one of sixteen tries at the same moment", async () => {
    const id = await tokenOf(alice);
    const tries = await Promise.all(Array.from({ length: 16 }, () => spendVerificationToken(postgres.db, id, IN_TIME)));
    expect(tries.filter((outcome) => outcome === "spent")).toHaveLength(1);
  });

  test("is not spent at the moment of its expiry or later, and is left as it was", async () => {
    const id = await tokenOf(alice);
    for (const at of [EXPIRES, new Date("2027-01-01T00:00:00Z")]) {
      expect(await spendVerificationToken(postgres.db, id, at)).toBe("expired");
    }
    expect(await usedAt(id)).toBeNull();
  });

  test("that was never made cannot be spent", async () => {
    expect(await spendVerificationToken(postgres.db, newId(), IN_TIME)).toBe("used");
  });

  test("takes every other unspent one of its user with it, and none of anybody else", async () => {
    const [first, second, other] = [await tokenOf(alice), await tokenOf(alice), await tokenOf(bob)];
    expect(await spendVerificationToken(postgres.db, second, IN_TIME)).toBe("spent");
    expect(await spendVerificationToken(postgres.db, first, IN_TIME)).toBe("used");
    expect(await spendVerificationToken(postgres.db, other, IN_TIME)).toBe("spent");
  });

  test("that was spent long ago keeps the time of it", async () => {
    const first = await tokenOf(bob);
    const early = new Date("2026-03-04T05:01:00Z");
    await spendVerificationToken(postgres.db, first, early);
    await spendVerificationToken(postgres.db, await tokenOf(bob), IN_TIME);
    expect(await usedAt(first)).toEqual(early);
  });

  test("is unspent again when the transaction that spent it fails", async () => {
    const id = await tokenOf(alice);
    const failing = postgres.db.transaction().execute(async (tx) => {
      await spendVerificationToken(tx, id, IN_TIME);
      throw new Error("later in the transaction");
    });
    await expect(failing).rejects.toThrow("later in the transaction");
    expect(await spendVerificationToken(postgres.db, id, IN_TIME)).toBe("spent");
  });
});
