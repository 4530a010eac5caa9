/** A mutation between its change and its commit: the process dies, or the book refuses. Neither change nor success remains. */
import { expect, test } from "@playwright/test";
import { Client } from "./client";
import { House } from "./house";

let house: House;
test.beforeEach(async () => {
  house = await House.open();
});
test.afterEach(() => house.close());

/** Two sessions of one person: the one that acts, and another that it ends. */
async function twoSessions(origin: string): Promise<[string, string]> {
  const [mine, other] = [await new Client(origin).attempt("right"), await new Client(origin).attempt("right")];
  return [mine.told?.session ?? "", other.told?.session ?? ""];
}

function endOthers(origin: string, cookie: string, requestId: string): Promise<Response> {
  return fetch(`${origin}/api/trpc/session.revokeOthers`, {
    method: "POST",
    headers: {
      cookie: `gatebook.session=${cookie}`,
      "content-type": "application/json",
      "x-request-id": requestId,
    },
    body: "{}",
  });
}

const rowsOf = (requestId: string) =>
  house.query("select action, status, failure_reason from audit_events where request_id = $1", [requestId]);
const live = async () =>
  (await house.query<{ n: number }>("select count(*)::integer as n from sessions where ended_at is null"))[0]?.n;

test("killed between its UPDATE and its COMMIT, it has neither changed anything nor left a success", async () => {
  const server = await house.serve();
  const [mine, other] = await twoSessions(server.origin);
  const unlock = await house.lockEvents();
  const answer = endOthers(server.origin, mine, "request-killed").catch(() => null);
  // The change is made, and its row waits for the lock.
  await expect
    .poll(() =>
      house.query(
        "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%insert into audit_events%' and application_name = 'gatebook'",
      ),
    )
    .toHaveLength(1);
  await house.kill(server);
  expect(await answer).toBeNull();
  await unlock();
  const next = await house.serve();
  expect(await rowsOf("request-killed")).toEqual([]);
  expect(await live()).toBe(2);
  expect((await (await new Client(next.origin).session(other)).json()).user.email).toBe("member@acme.test");
});

test("whose row the book refuses is rolled back, answers without details, and leaves its failure", async () => {
  const { origin } = await house.serve();
  const [mine] = await twoSessions(origin);
  await house.query(
    "alter table audit_events add constraint no_success check (not (action = 'sessionRevoked' and status = 'success')) not valid",
  );
  const answer = await endOthers(origin, mine, "request-refused");
  expect(answer.status).toBe(500);
  const body = await answer.text();
  expect(body).toContain("request-refused");
  expect(body).not.toMatch(/no_success|constraint|audit_events/);
  expect(await live()).toBe(2);
  expect(await rowsOf("request-refused")).toEqual([
    { action: "sessionRevoked", status: "failure", failure_reason: "internal_error" },
  ]);
  await house.query("alter table audit_events drop constraint no_success");
  expect((await endOthers(origin, mine, "request-granted")).status).toBe(200);
  expect(await live()).toBe(1);
});
