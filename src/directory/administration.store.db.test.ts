/** Whom an administrator administers: nobody above them, and nobody who is somebody else's as well. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findAdministered, setDisabled } from "@/directory/administration.store.server";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const [acme, globex] = [newId(), newId()];

beforeEach(async () => {
  await postgres.db
    .insertInto("organizations")
    .values([
      { id: acme, slug: "acme", name: "Acme" },
      { id: globex, slug: "globex", name: "Globex" },
    ])
    .execute();
});
afterEach(async () => {
  for (const table of ["memberships", "organizations", "users"] as const) await postgres.db.deleteFrom(table).execute();
});

async function insertUser(organizations: string[], instanceRole: "admin" | "auditor" | null = null): Promise<string> {
  const id = newId();
  await postgres.db
    .insertInto("users")
    .values({ id, email: `${id}@example.com`, instance_role: instanceRole })
    .execute();
  for (const [index, organization] of organizations.entries()) {
    await postgres.db
      .insertInto("memberships")
      .values({
        user_id: id,
        organization_id: organization,
        role: "member",
        created_at: new Date(Date.UTC(2026, 0, 1 + index)),
      })
      .execute();
  }
  return id;
}

const found = (id: string, administers: "all" | string[]) => findAdministered(postgres.db, id, administers);

describe("an administrator of an organization", () => {
  test("administers its members, on its behalf", async () => {
    const id = await insertUser([acme]);
    expect(await found(id, [acme])).toEqual({
      id,
      email: `${id}@example.com`,
      name: null,
      disabledAt: null,
      organizationId: acme,
    });
  });

  test.each<[string, () => Promise<string>]>([
    ["of another organization", () => insertUser([globex])],
    ["of another organization as well", () => insertUser([acme, globex])],
    ["of none", () => insertUser([])],
    ["with a role in the instance", () => insertUser([acme], "auditor")],
    ["who is not there", async () => newId()],
  ])("does not administer somebody %s", async (_, insert) => {
    expect(await found(await insert(), [acme])).toBeNull();
  });

  test("of both organizations administers who is in both, on behalf of the older one", async () => {
    const id = await insertUser([globex, acme]);
    expect(await found(id, [acme, globex])).toMatchObject({ organizationId: globex });
  });

  test("of none administers nobody", async () => {
    expect(await found(await insertUser([]), [])).toBeNull();
    expect(await found(await insertUser([acme]), [])).toBeNull();
  });
});

test("nobody but an administrator of the instance administers an owner: an organization's admin cannot shut its owner out", async () => {
  const id = await insertUser([acme]);
  await postgres.db.updateTable("memberships").set({ role: "owner" }).where("user_id", "=", id).execute();
  expect(await found(id, [acme])).toBeNull();
  expect(await found(id, "all")).toMatchObject({ id, organizationId: acme });
});

test("an administrator of the instance administers everybody", async () => {
  expect(await found(await insertUser([acme, globex], "admin"), "all")).toMatchObject({ organizationId: acme });
  expect(await found(await insertUser([]), "all")).toMatchObject({ organizationId: null });
  expect(await found(newId(), "all")).toBeNull();
});

test("disabling and enabling is said of the account", async () => {
  const id = await insertUser([acme]);
  const at = new Date("2026-03-04T05:06:07Z");
  await setDisabled(postgres.db, id, at);
  expect((await found(id, [acme]))?.disabledAt).toEqual(at);
  await setDisabled(postgres.db, id, null);
  expect((await found(id, [acme]))?.disabledAt).toBeNull();
});
