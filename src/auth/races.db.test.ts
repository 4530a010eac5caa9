/** Races between processes, links and identities that once ended in a deadlock, an error or a wrong reason. */
import { connect } from "@db/connect.server";
import { sql } from "kysely";
import { afterEach, expect, test } from "vitest";
import { newVerificationToken } from "@/account/verification-tokens";
import { findVerificationToken, insertVerificationToken } from "@/account/verification-tokens.store.server";
import { ensurePartitions } from "@/audit/partitions.store.server";
import { openAttempt } from "@/auth/attempt/attempt";
import { commitSignIn } from "@/auth/attempt/commit.server";
import { findUserById } from "@/directory/users.store.server";
import { setClock } from "@/platform/clock";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
let restore = () => {};
afterEach(() => restore());

test("two links of one person used at the same moment: one is in, the other is used_token, never a deadlock", async () => {
  for (let round = 0; round < 8; round += 1) {
    const id = newId();
    await postgres.db
      .insertInto("users")
      .values({ id, email: `${id}@x.test`, email_verified_at: new Date() })
      .execute();
    const ids: string[] = [];
    for (const _ of [1, 2]) {
      const { digest } = newVerificationToken();
      await insertVerificationToken(postgres.db, {
        purpose: "sign_in",
        digest,
        userId: id,
        createdAt: new Date(),
        expiresAt: new Date(Date.now() + 900_000),
      });
      ids.push((await findVerificationToken(postgres.db, "sign_in", digest))?.id ?? "");
    }
    const account = await findUserById(postgres.db, id);
    const tries = await Promise.all(
      ids.map((tokenId) =>
        commitSignIn(
          { ...openAttempt("token"), account, passed: true, provision: { kind: "spend_token", tokenId } },
          newId(),
          postgres.db,
        ),
      ),
    );
    expect(tries.map((refusal) => refusal?.reason ?? "in").sort()).toEqual(["in", "used_token"]);
  }
});

test("several processes that start at once all find their partitions", async () => {
  restore = setClock(() => new Date("2031-01-15T00:00:00Z"));
  const processes = [1, 2, 3, 4].map(() => connect(postgres.url, 1));
  const outcomes = await Promise.allSettled(processes.map((db) => ensurePartitions(db)));
  await Promise.all(processes.map((db) => db.destroy()));
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled", "fulfilled"]);
});

test("a month whose first rows went to the default partition gets its own partition all the same", async () => {
  await postgres.db
    .insertInto("audit_events")
    .values({
      id: newId(),
      occurred_at: "2040-05-05T00:00:00Z",
      action: "signedOut",
      status: "success",
      actor_type: "system",
    })
    .execute();
  restore = setClock(() => new Date("2040-05-15T00:00:00Z"));
  await ensurePartitions(postgres.db);
});

test("a partition refuses truncate", async () => {
  const { rows } = await sql<{
    name: string;
  }>`select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_events'::regclass`.execute(
    postgres.db,
  );
  for (const { name } of rows)
    await expect(sql`truncate ${sql.table(name)}`.execute(postgres.db)).rejects.toThrow("append-only");
});

test("the second of two first sign-ins made no user, so its token says signIn", async () => {
  const make = () => ({
    ...openAttempt("openid"),
    passed: true,
    provision: { kind: "create_user", subject: "s", email: "n@x.test", name: null } as const,
  });
  await Promise.all([commitSignIn(make(), newId(), postgres.db), commitSignIn(make(), newId(), postgres.db)]);
  const rows = await postgres.db
    .selectFrom("audit_events")
    .select("details")
    .where("action", "=", "jwtTokenCreated")
    .where("provider", "=", "openid")
    .execute();
  expect(rows.map(({ details }) => (details as { trigger: string }).trigger).sort()).toEqual(["signIn", "signUp"]);
});

test("a link that expires between gate and commit is expired_token, not used_token", async () => {
  const id = newId();
  await postgres.db
    .insertInto("users")
    .values({ id, email: `${id}@x.test`, email_verified_at: new Date() })
    .execute();
  const { digest } = newVerificationToken();
  await insertVerificationToken(postgres.db, {
    purpose: "sign_in",
    digest,
    userId: id,
    createdAt: new Date(),
    expiresAt: new Date(Date.now() - 1),
  });
  const tokenId = (await findVerificationToken(postgres.db, "sign_in", digest))?.id ?? "";
  const account = await findUserById(postgres.db, id);
  const refusal = await commitSignIn(
    { ...openAttempt("token"), account, passed: true, provision: { kind: "spend_token", tokenId } },
    newId(),
    postgres.db,
  );
  expect(refusal?.reason).toBe("expired_token");
});

test("an identity that was unlinked between gate and commit does not sign in", async () => {
  const id = newId();
  await postgres.db
    .insertInto("users")
    .values({ id, email: `${id}@x.test`, email_verified_at: new Date() })
    .execute();
  const account = await findUserById(postgres.db, id);
  const refusal = await commitSignIn(
    { ...openAttempt("openid"), account, passed: true, provision: { kind: "use_identity", subject: "gone" } },
    newId(),
    postgres.db,
  );
  expect(refusal).not.toBeNull();
});

test("the same subject at once under two addresses makes one user and signs both in", async () => {
  const make = (email: string) => ({
    ...openAttempt("openid"),
    passed: true,
    provision: { kind: "create_user", subject: "s3", email, name: null } as const,
  });
  const tries = await Promise.all([
    commitSignIn(make("p@x.test"), newId(), postgres.db),
    commitSignIn(make("q@x.test"), newId(), postgres.db),
  ]);
  expect(tries).toEqual([null, null]);
});
