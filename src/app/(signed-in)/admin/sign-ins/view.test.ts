/** How the list is shown travels in the address, and what is no way to show it is ignored. */
import { expect, test } from "vitest";
import { DEFAULT_VIEW, readView, type View, viewHref } from "@/app/(signed-in)/admin/sign-ins/view";

test("without a word the list is as usual, and its address says nothing of it", () => {
  expect(readView({})).toEqual(DEFAULT_VIEW);
  expect(viewHref({}, DEFAULT_VIEW)).toBe("/admin/sign-ins");
});

test("what is said comes back from the address that says it", () => {
  const view: View = { density: "compact", zone: "local", hidden: ["device", "reason"], pages: true };
  const href = viewHref({ status: "failure" }, view, "abc");
  expect(href).toBe(
    "/admin/sign-ins?status=failure&cursor=abc&density=compact&zone=local&hide=device,reason&view=pages",
  );
  expect(readView(Object.fromEntries(new URL(href, "http://h").searchParams))).toEqual(view);
});

test("columns that cannot be hidden, or are none, stay as they are", () => {
  expect(readView({ hide: "who,time,reason,<script>", density: "huge", zone: "mars", view: "list" })).toEqual({
    ...DEFAULT_VIEW,
    hidden: ["reason"],
  });
});
