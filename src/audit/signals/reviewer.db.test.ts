/** Attempts that are looked at after the fact: what is labelled, once, and who is told. */
import { beforeEach, expect, test } from "vitest";
import type { EventInput } from "@/audit/catalogue";
import { recordInTransaction } from "@/audit/record.server";
import { Reviewer, type UnusualSignIn } from "@/audit/signals/reviewer.server";
import { type EventKey, findSignals } from "@/audit/signals/signals.store.server";
import { newId } from "@/platform/ids";
import { runInRequestScope } from "@/platform/request-scope";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const FIREFOX = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0";
const CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

let minute: number;
let alice: string;
let told: UnusualSignIn[];
let problems: unknown[];
let reviewer: Reviewer;

beforeEach(async () => {
  minute = 0;
  told = [];
  problems = [];
  reviewer = newReviewer();
  alice = await insertUser();
});

function newReviewer() {
  return new Reviewer({
    db: () => postgres.db,
    tell: (signIn) => told.push(signIn),
    failed: (error) => problems.push(error),
  });
}

async function insertUser(): Promise<string> {
  const id = newId();
  await postgres.db
    .insertInto("users")
    .values({ id, email: `${id}@example.com` })
    .execute();
  return id;
}

type Way = { user?: string | null; ip?: string | null; userAgent?: string | null; failed?: boolean; later?: number };

/** An attempt a minute after the one before, in the book. */
async function attempt({ user = alice, ip = "203.0.113.7", userAgent = FIREFOX, failed = false, later = 1 }: Way = {}) {
  minute += later;
  const key: EventKey = { id: newId(), occurredAt: new Date(Date.UTC(2026, 2, 4, 5, minute)) };
  const common = {
    action: "signedIn",
    ...key,
    target: user === null ? null : { type: "user" as const, id: user },
    authMethod: "password",
    provider: "credentials",
    claimedEmail: user === null ? `${key.id}@nobody.test` : null,
    details: {},
  } as const;
  const event: EventInput = failed
    ? { ...common, status: "failure", failureReason: "wrong_password", actor: { type: "anonymous" } }
    : { ...common, status: "success", actor: { type: "user", id: user ?? "" } };
  await runInRequestScope({ requestId: newId(), ip, userAgent, nonce: "" }, () =>
    postgres.db.transaction().execute((tx) => recordInTransaction(tx, [event])),
  );
  return key;
}

/** The labels of an attempt after it was looked at. */
async function labels(key: EventKey) {
  reviewer.note(key);
  await reviewer.finish();
  expect(problems).toEqual([]);
  return (await findSignals(postgres.db, [key])).get(key.id) ?? [];
}

test("the first sign-in of all has nothing to be unlike, and the next ones from there are ordinary", async () => {
  expect(await labels(await attempt())).toEqual([]);
  expect(await labels(await attempt())).toEqual([]);
  expect(told).toEqual([]);
});

test("a new browser at a known address is labelled once, and nobody is told", async () => {
  await labels(await attempt());
  expect(await labels(await attempt({ userAgent: CHROME }))).toEqual([
    { kind: "new_device", device: "Chrome on Linux" },
  ]);
  expect(await labels(await attempt({ userAgent: CHROME }))).toEqual([]);
  expect(told).toEqual([]);
});

test("a neighbour's address is the same network; another one is not", async () => {
  await labels(await attempt());
  expect(await labels(await attempt({ ip: "203.0.113.200" }))).toEqual([]);
  expect(await labels(await attempt({ ip: "198.51.100.1" }))).toEqual([
    { kind: "new_network", network: "198.51.100.0/24" },
  ]);
  expect(await labels(await attempt({ ip: "2001:db8:1:2::3" }))).toEqual([
    { kind: "new_network", network: "2001:db8:1::/48" },
  ]);
  expect(await labels(await attempt({ ip: "2001:db8:1:ffff::9" }))).toEqual([]);
});

test("both at once are labelled, and the person is told once, however often it is looked at", async () => {
  await labels(await attempt());
  const key = await attempt({ userAgent: CHROME, ip: "198.51.100.1" });
  expect((await labels(key)).map(({ kind }) => kind)).toEqual(["new_device", "new_network"]);
  reviewer = newReviewer();
  await labels(key);
  expect(told).toEqual([
    expect.objectContaining({
      userId: alice,
      email: `${alice}@example.com`,
      device: "Chrome on Linux",
      ip: "198.51.100.1",
    }),
  ]);
});

test("of several sign-ins from a new place, looked at together, the first is labelled", async () => {
  await labels(await attempt());
  const keys = [await attempt({ userAgent: CHROME }), await attempt({ userAgent: CHROME })];
  for (const key of keys.toReversed()) reviewer.note(key);
  await reviewer.finish();
  const found = await findSignals(postgres.db, keys);
  expect([...found.keys()]).toEqual([keys[0]?.id]);
});

test("five failures and then a success are labelled, and the person is told; the next success is ordinary", async () => {
  for (let n = 0; n < 5; n += 1) expect(await labels(await attempt({ failed: true }))).toEqual([]);
  const guessed = await attempt();
  const label = { kind: "success_after_failures", failures: 5 };
  expect(await labels(guessed)).toEqual([label]);
  // Another process that looks at it finds the label there.
  reviewer = newReviewer();
  expect(await labels(guessed)).toEqual([label]);
  expect(told).toHaveLength(1);
  expect(await labels(await attempt())).toEqual([]);
});

test("failures of more than an hour ago, or against somebody else, do not count", async () => {
  for (let n = 0; n < 5; n += 1) await attempt({ failed: true });
  for (let n = 0; n < 5; n += 1) await attempt({ failed: true, user: await insertUser() });
  expect(await labels(await attempt({ later: 60 }))).toEqual([]);
});

test("an address that fails on ten accounts is labelled, those that nobody has among them", async () => {
  const ip = "192.0.2.66";
  for (let n = 0; n < 5; n += 1) await attempt({ failed: true, ip, user: null });
  for (let n = 0; n < 4; n += 1) await attempt({ failed: true, ip, user: await insertUser() });
  expect(await labels(await attempt({ failed: true, ip: "192.0.2.67" }))).toEqual([]);
  expect(await labels(await attempt({ failed: true, ip }))).toEqual([{ kind: "many_accounts", accounts: 10 }]);
  expect(await labels(await attempt({ ip }))).toEqual([{ kind: "many_accounts", accounts: 10 }]);
  expect(told).toEqual([]);
});

test("an office whose people all get in from one address is not one that tries accounts", async () => {
  const ip = "192.0.2.68";
  for (let n = 0; n < 10; n += 1) await attempt({ ip, user: await insertUser() });
  expect(await labels(await attempt({ failed: true, ip }))).toEqual([]);
});

test("an attempt without address or browser, and one that is not in the book, are passed over", async () => {
  await labels(await attempt());
  expect(await labels(await attempt({ ip: null, userAgent: null }))).toEqual([]);
  expect(await labels({ id: newId(), occurredAt: new Date() })).toEqual([]);
});

test("a round that fails takes the next one with it no more than it must", async () => {
  const failing = new Reviewer({
    db: () => {
      throw new Error("away");
    },
    tell: () => {},
    failed: (error) => problems.push(error),
  });
  failing.note(await attempt());
  await failing.finish();
  await failing.finish();
  expect(problems).toEqual([new Error("away")]);
});
