/** Which field a problem belongs to, as forms look it up. */
import { expect, test } from "vitest";
import { fieldProblems } from "@/trpc/field-problems";

test("a problem stands under the name of its field, and inside an object under both names", () => {
  const issues = {
    errors: [],
    properties: {
      name: { errors: ["first", "second"] },
      settings: { errors: [], properties: { issuer: { errors: ["must be a URL"] }, tenant: undefined } },
    },
  };
  expect(fieldProblems({ data: { issues } })).toEqual({ name: "first", "settings.issuer": "must be a URL" });
});

test("an error of another kind has none", () => {
  for (const error of [null, undefined, new Error("x"), { data: null }, { data: { issues: null } }]) {
    expect(fieldProblems(error)).toEqual({});
  }
});
