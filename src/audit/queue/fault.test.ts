import { expect, it } from "vitest";
import { faultOf, sqlStateOf } from "@/audit/queue/fault";

const withCode = (code: unknown) => Object.assign(new Error("x"), { code });

it("blames the row for what PostgreSQL says of its values", () => {
  for (const code of ["22P02", "22021", "23502", "23514", "54000", "P0001"]) {
    expect(faultOf(withCode(code)), code).toBe("row");
  }
});

it("blames the database for everything else", () => {
  const others = [
    "57P01",
    "57014",
    "55P03",
    "25006",
    "53100",
    "53300",
    "40P01",
    "42P01",
    "42501",
    "08006",
    "58030",
    "XX000",
  ];
  for (const code of [...others, "ECONNREFUSED", "EPIPE", "ETIMEDOUT", undefined, 22]) {
    expect(faultOf(withCode(code)), String(code)).toBe("database");
  }
  expect(faultOf(null)).toBe("database");
  expect(faultOf("22P02")).toBe("database");
});

it("does not take a system error's name for a SQLSTATE", () => {
  expect(sqlStateOf(withCode("EPIPE"))).toBeNull();
  expect(sqlStateOf(withCode("57P01"))).toBe("57P01");
});
