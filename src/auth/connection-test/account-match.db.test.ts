/** What a test tells of accounts: of one's own people, and of nobody else. */
import { beforeAll, expect, test } from "vitest";
import { accountMatch } from "@/auth/connection-test/account-match.server";
import { linkIdentity } from "@/directory/users.store.server";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const [acme, globex] = [newId(), newId()];

async function addMember(organizationId: string, email: string): Promise<string> {
  const id = newId();
  await postgres.db.insertInto("users").values({ id, email }).execute();
  await postgres.db
    .insertInto("memberships")
    .values({ user_id: id, organization_id: organizationId, role: "member" })
    .execute();
  return id;
}

beforeAll(async () => {
  await postgres.db
    .insertInto("organizations")
    .values([
      { id: acme, slug: "acme", name: "Acme" },
      { id: globex, slug: "globex", name: "Globex" },
    ])
    .execute();
  const userId = await addMember(acme, "ada@acme.test");
  await linkIdentity(postgres.db, { userId, provider: "openid", subject: "ada", at: new Date() });
});

const match = (administers: "all" | string[], id: string, email: string | null) =>
  accountMatch(postgres.db, administers, "openid", { id, email });

test("an identity that is linked, an address that is somebody's, and neither", async () => {
  for (const administers of ["all" as const, [acme]]) {
    expect(await match(administers, "ada", "elsewhere@acme.test")).toBe("linked");
    expect(await match(administers, "another", " Ada@Acme.test ")).toBe("same_email");
    expect(await match(administers, "another", "nobody@acme.test")).toBe("none");
    expect(await match(administers, "another", null)).toBe("none");
  }
});

test("an owner of another organization learns of none of them, whatever their provider claims", async () => {
  expect(await match([globex], "ada", "ada@acme.test")).toBe("none");
  expect(await match([globex], "another", "ada@acme.test")).toBe("none");
});
