/** What a change looks like in the book: nothing that changed is missing, nothing that is not allowed is there. */
import { describe, expect, test } from "vitest";
import { changesBetween } from "@/audit/changes";

const NOON = new Date("2026-03-04T12:00:00Z");

describe("a field", () => {
  test.each<[string, unknown, unknown, unknown, unknown]>([
    ["with another text", "a", "b", "a", "b"],
    ["with another number", 1, 2, 1, 2],
    ["with another truth", true, false, true, false],
    ["with another date", NOON, new Date(NOON.getTime() + 1), "2026-03-04T12:00:00.000Z", "2026-03-04T12:00:00.001Z"],
    ["that got a value", null, "b", null, "b"],
    ["that lost its value", "a", null, "a", null],
    ["with a shorter array", ["a", "b"], ["a"], ["a", "b"], ["a"]],
    ["with an array in another order", ["a", "b"], ["b", "a"], ["a", "b"], ["b", "a"]],
    ["with a key removed inside", { a: 1, b: 2 }, { a: 1 }, { a: 1, b: 2 }, { a: 1 }],
    ["with a date changed inside", { at: NOON }, { at: null }, { at: "2026-03-04T12:00:00.000Z" }, { at: null }],
    ["with a big number", 1n, 2n, "1", "2"],
    ["that is no number any more", 1, Number.NaN, 1, "NaN"],
    ["of bytes", new Uint8Array(2), new Uint8Array(3), "2 bytes", "3 bytes"],
    ["of a set", new Set(["a"]), new Set(["a", "b"]), ["a"], ["a", "b"]],
    ["of a map", new Map([["a", 1]]), new Map([["a", 2]]), { a: 1 }, { a: 2 }],
  ])("%s is there, from what to what", (_, before, after, from, to) => {
    expect(changesBetween({ field: before }, { field: after }, ["field"])).toEqual({ field: { from, to } });
  });

  test.each<[string, unknown, unknown]>([
    ["the same text", "a", "a"],
    ["the same instant", NOON, new Date(NOON)],
    ["equal values inside, in another order of keys", { a: 1, b: [2] }, { b: [2], a: 1 }],
    ["nothing before and after", undefined, null],
  ])("with %s is no change", (_, before, after) => {
    expect(changesBetween({ field: before }, { field: after }, ["field"])).toBeNull();
  });

  test("that was removed, or came to be, is there with null on the other side", () => {
    expect(changesBetween({ gone: "x" }, { come: "y" }, ["gone", "come"])).toEqual({
      gone: { from: "x", to: null },
      come: { from: null, to: "y" },
    });
  });

  test("that is not allowed never appears, whatever became of it", () => {
    const before = { name: "a", passwordHash: "secret-1" };
    expect(changesBetween(before, { name: "b", passwordHash: "secret-2" }, ["name"])).toEqual({
      name: { from: "a", to: "b" },
    });
    expect(changesBetween(before, { name: "a" }, ["name"])).toBeNull();
  });

  test("named like a property of every object is a field like any other", () => {
    expect(changesBetween({}, {}, ["constructor", "toString"])).toBeNull();
  });
});
