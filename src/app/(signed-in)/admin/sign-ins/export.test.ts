/** The address of an export carries the filter of the list, and sizes are said in words. */
import { expect, test } from "vitest";
import { bytesWords, exportHref } from "@/app/(signed-in)/admin/sign-ins/export";
import { readExportRequest } from "@/audit/export/request";

test("the filter arrives at the export as it stands in the list", () => {
  const filter = {
    status: ["failure" as const],
    failureReason: ["wrong_password" as const, "unknown_user" as const],
    ip: "203.0.113.0/24",
    email: "member@acme.test",
    from: new Date("2026-03-04T00:00:00Z"),
  };
  const asked = readExportRequest(new URL(exportHref("ocsf", filter), "http://h").searchParams);
  expect(asked.data).toEqual({ format: "ocsf", cursor: null, filter });
});

test("bytes in words", () => {
  expect([0, 999, 1000, 12_345_678, 5e12].map(bytesWords)).toEqual([
    "0 bytes",
    "999 bytes",
    "1.0 kB",
    "12.3 MB",
    "5000.0 GB",
  ]);
});
