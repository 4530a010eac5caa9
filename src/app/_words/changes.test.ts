/** Changes in words. */
import { expect, test } from "vitest";
import { actWords, changeLines } from "@/app/_words/changes";

test("an act is said in words, and one without words by its name", () => {
  expect(actWords("userDisabled")).toBe("Account disabled");
  expect(actWords("somethingNew")).toBe("somethingNew");
});

test("a change is said field by field, from what to what", () => {
  expect(
    changeLines({
      role: { from: null, to: "admin" },
      name: { from: "Old", to: null },
      other: { from: ["a"], to: true },
    }),
  ).toEqual(["Role: none → admin", "Name: Old → none", 'other: ["a"] → true']);
  expect(changeLines(null)).toEqual([]);
});
