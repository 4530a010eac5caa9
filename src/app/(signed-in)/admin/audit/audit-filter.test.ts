/** The filter of the book in the address: what can be used, what is wrong with the rest, and back again. */
import { expect, test } from "vitest";
import { auditHref, readAuditFilter } from "@/app/(signed-in)/admin/audit/audit-filter";

const ID = "0199c5d2-1111-7abc-8def-000000000000";

test("every field that can be used is used, and the address comes back as it was", () => {
  const values = {
    action: "userDisabled,userEnabled",
    status: "success",
    actorId: ID,
    targetType: "user",
    targetId: ID,
    ip: "203.0.113.0/24",
    requestId: "req-12345678",
    from: "2026-03-04",
    to: "2026-03-04",
  };
  const { filter, problems, untidy } = readAuditFilter(values);
  expect(problems).toEqual({});
  expect(untidy).toBe(false);
  expect(filter).toEqual({
    action: ["userDisabled", "userEnabled"],
    status: ["success"],
    actorId: ID,
    targetType: ["user"],
    targetId: ID,
    ip: "203.0.113.0/24",
    requestId: "req-12345678",
    from: new Date("2026-03-04T00:00:00Z"),
    to: new Date("2026-03-05T00:00:00Z"),
  });
  expect(Object.fromEntries(new URL(auditHref(values), "http://h").searchParams)).toEqual(values);
});

test("what cannot be used keeps its place, with what is wrong with it", () => {
  const { values, filter, problems } = readAuditFilter({ action: "noSuchThing", actorId: "me", from: "yesterday" });
  expect(filter).toEqual({});
  expect(values).toEqual({ action: "noSuchThing", actorId: "me", from: "yesterday" });
  expect(Object.keys(problems)).toEqual(["action", "actorId", "from"]);
});

test("a range that ends before it begins is said so, and empty fields of a form are untidy", () => {
  expect(readAuditFilter({ from: "2026-03-05", to: "2026-03-04" }).problems).toHaveProperty("to");
  expect(readAuditFilter({ action: "" }).untidy).toBe(true);
  expect(readAuditFilter({ status: ["success", "failure"] })).toMatchObject({
    untidy: true,
    values: { status: "success,failure" },
  });
});
