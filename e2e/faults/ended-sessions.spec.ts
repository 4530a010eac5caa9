/** A cookie that was copied before its session ended is dead at its next use, in every process. */
import { expect, test } from "@playwright/test";
import { workbench } from "../workbench";
import { Client } from "./client";
import { House, type Server } from "./house";

let house: House;
let servers: [Server, Server];
test.beforeAll(async () => {
  house = await House.open();
  servers = [await house.serve(), await house.serve()];
});
test.afterAll(() => house.close());

async function signIn(email = "member@acme.test"): Promise<string> {
  const { told } = await new Client(servers[0].origin).attempt("right", { email });
  return told?.session ?? "";
}

function call(procedure: string, cookie: string, input: unknown): Promise<Response> {
  return fetch(`${servers[0].origin}/api/trpc/${procedure}`, {
    method: "POST",
    headers: { cookie: `gatebook.session=${cookie}`, "content-type": "application/json" },
    body: JSON.stringify({ json: input }),
  });
}

/** Whose session the cookie opens, in each of the two processes, by each of the ways to use it. */
async function openedBy(cookie: string): Promise<(string | null)[]> {
  const answers = servers.flatMap(({ origin }) => [
    new Client(origin).session(cookie).then((answer) => answer.json()),
    fetch(`${origin}/api/trpc/session.current`, { headers: { cookie: `gatebook.session=${cookie}` } })
      .then((answer) => answer.json())
      .then(({ result }) => result.data.json),
  ]);
  return (await Promise.all(answers)).map((session) => session?.user?.email ?? null);
}

const ALIVE = (email: string) => [email, email, email, email];
const DEAD = [null, null, null, null];

async function idOf(email: string): Promise<string> {
  const [user] = await house.query<{ id: string }>("select id from users where email = $1", [email]);
  return user?.id ?? "";
}

test("by signing out", async () => {
  const copied = await signIn();
  expect(await openedBy(copied)).toEqual(ALIVE("member@acme.test"));
  const client = new Client(servers[0].origin);
  const { token, cookie } = await client.csrfPair();
  await fetch(`${servers[0].origin}/api/auth/signout`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: `${cookie}; gatebook.session=${copied}` },
    body: new URLSearchParams({ csrfToken: token }),
  });
  expect(await openedBy(copied)).toEqual(DEAD);
});

test("by its owner, from another browser", async () => {
  const [copied, mine] = [await signIn(), await signIn()];
  expect((await call("session.revokeOthers", mine, undefined)).status).toBe(200);
  expect(await openedBy(copied)).toEqual(DEAD);
  expect(await openedBy(mine)).toEqual(ALIVE("member@acme.test"));
});

test("by an administrator", async () => {
  const [copied, owner] = [await signIn(), await signIn("owner@acme.test")];
  expect((await call("users.endSessions", owner, { userId: await idOf("member@acme.test") })).status).toBe(200);
  expect(await openedBy(copied)).toEqual(DEAD);
  expect(await openedBy(owner)).toEqual(ALIVE("owner@acme.test"));
});

test("by a changed password, the session that changed it among them: that browser goes on in a fresh one", async () => {
  const email = "auditor@acme.test";
  const [copied, mine] = [await signIn(email), await signIn(email)];
  const answer = await call("account.changePassword", mine, {
    currentPassword: workbench.password,
    newPassword: "seven lamps above the eastern gate",
  });
  expect(answer.status).toBe(200);
  expect(await openedBy(copied)).toEqual(DEAD);
  expect(await openedBy(mine)).toEqual(DEAD);
  const fresh = /gatebook\.session=([^;]+)/.exec(answer.headers.getSetCookie().join("\n"))?.[1] ?? "";
  expect(await openedBy(fresh)).toEqual(ALIVE(email));
});

test("by the account being disabled, and stays dead when it is enabled again", async () => {
  const [copied, owner] = [await signIn(), await signIn("owner@acme.test")];
  const userId = await idOf("member@acme.test");
  expect((await call("users.disable", owner, { userId })).status).toBe(200);
  expect(await openedBy(copied)).toEqual(DEAD);
  expect((await call("users.enable", owner, { userId })).status).toBe(200);
  expect(await openedBy(copied)).toEqual(DEAD);
  expect(await openedBy(await signIn())).toEqual(ALIVE("member@acme.test"));
});

test("and a changed role counts at the very next request", async () => {
  const cookie = await signIn();
  const list = () =>
    fetch(`${servers[1].origin}/api/trpc/signIns.list?input=${encodeURIComponent('{"json":{}}')}`, {
      headers: { cookie: `gatebook.session=${cookie}` },
    });
  expect((await list()).status).toBe(403);
  const userId = await idOf("member@acme.test");
  await house.query("update memberships set role = 'auditor' where user_id = $1", [userId]);
  expect((await list()).status).toBe(200);
  await house.query("update memberships set role = 'member' where user_id = $1", [userId]);
  expect((await list()).status).toBe(403);
});
