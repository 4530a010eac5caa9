/** What the inspector says of a session, without a database: the gate, claims, lifetimes, states, and what roles allow. */
import { describe, expect, test } from "vitest";
import { inspectorAllowed } from "@/auth/inspection/allowed";
import { explainClaims } from "@/auth/inspection/claims";
import { lifetimesOf } from "@/auth/inspection/lifetimes";
import { instanceRoleAllows, membershipAllows } from "@/auth/inspection/permissions";
import { stateOf } from "@/auth/inspection/state";
import type { GatebookSession, Membership } from "@/auth/session-shape";

describe("the inspector is there", () => {
  test.each([
    ["production", undefined, false],
    ["production", "off", false],
    ["production", "on", true],
    ["development", undefined, true],
    ["development", "off", false],
    ["test", undefined, true],
  ] as const)("in %s with SESSION_INSPECTOR=%s: %s", (NODE_ENV, SESSION_INSPECTOR, allowed) => {
    expect(inspectorAllowed({ NODE_ENV, SESSION_INSPECTOR })).toBe(allowed);
  });
});

describe("the claims", () => {
  test("come in one order, each with its meaning, the times as moments", () => {
    const claims = explainClaims({ jti: "number", exp: 1_772_668_800, iat: 1_772_625_600, sid: "row" });
    expect(claims.map(({ name, value, at }) => [name, value, at?.toISOString() ?? null])).toEqual([
      ["sid", "row", null],
      ["iat", 1_772_625_600, "2026-03-04T12:00:00.000Z"],
      ["exp", 1_772_668_800, "2026-03-05T00:00:00.000Z"],
      ["jti", "number", null],
    ]);
    expect(claims.every(({ meaning }) => meaning.endsWith("."))).toBe(true);
  });

  test("that Gatebook does not make are shown last, and said to be strange", () => {
    const claims = explainClaims({ role: { admin: true }, sid: "row" });
    expect(claims.map(({ name }) => name)).toEqual(["sid", "role"]);
    expect(claims[1]).toMatchObject({ value: '{"admin":true}', meaning: "Not a claim that Gatebook makes." });
  });
});

const NOON = new Date("2026-03-04T12:00:00Z");
const noonPlus = (seconds: number) => new Date(NOON.getTime() + seconds * 1000);

test("the lifetimes follow from the token, the row and the settings", () => {
  const iat = NOON.getTime() / 1000;
  const row = { lastUsedAt: noonPlus(60), expiresAt: noonPlus(3600) };
  const settings = { SESSION_ROTATE_S: 900, SESSION_IDLE_S: 1800 };
  expect(lifetimesOf({ iat, exp: iat + 7200 }, row, settings)).toEqual({
    issuedAt: NOON,
    rotationDueAt: noonPlus(900),
    tokenExpiresAt: noonPlus(7200),
    lastUsedAt: noonPlus(60),
    idleExpiresAt: noonPlus(1860),
    absoluteExpiresAt: noonPlus(3600),
  });
  expect(lifetimesOf(null, row, settings)).toMatchObject({ issuedAt: null, rotationDueAt: null, tokenExpiresAt: null });
});

describe("a session's state", () => {
  const row = {
    endedAt: null,
    endedReason: null,
    disabledAt: null,
    lastUsedAt: NOON,
    expiresAt: noonPlus(7200),
  };
  test.each([
    [row, 3599, { kind: "live" }],
    [row, 3600, { kind: "idle", at: noonPlus(3600) }],
    [{ ...row, lastUsedAt: noonPlus(7000) }, 7200, { kind: "expired", at: noonPlus(7200) }],
    [row, 9000, { kind: "idle", at: noonPlus(3600) }],
    [
      { ...row, endedAt: noonPlus(5), endedReason: "revoked" as const, disabledAt: noonPlus(4) },
      9000,
      { kind: "ended", at: noonPlus(5), reason: "revoked" },
    ],
    [{ ...row, disabledAt: noonPlus(4) }, 10, { kind: "account_disabled", at: noonPlus(4) }],
  ])("%#", (dates, seconds, state) => {
    expect(stateOf(dates, noonPlus(seconds), 3600)).toEqual(state);
  });
});

describe("what a role allows", () => {
  const membership = (role: Membership["role"]): Membership => ({ organizationId: role, slug: role, name: role, role });
  const memberships = (["owner", "admin", "auditor", "member"] as const).map(membership);
  const session = (instanceRole: GatebookSession["user"]["instanceRole"]): GatebookSession => ({
    sid: "sid",
    expires: "",
    user: { id: "user", email: "alice@example.com", name: null, instanceRole },
    memberships,
    authMethod: "password",
    provider: "credentials",
  });

  test("in an organization is that membership's alone, whatever else the person may do", () => {
    for (const instanceRole of [null, "admin"] as const) {
      const allowed = memberships.map((one) => membershipAllows(session(instanceRole), one));
      const all = ["read_history", "administer_people"];
      expect(allowed).toEqual([all, all, ["read_history"], []]);
    }
  });

  test("everywhere is the instance role's alone", () => {
    expect(instanceRoleAllows(session(null))).toEqual([]);
    expect(instanceRoleAllows(session("auditor"))).toEqual(["read_history"]);
    expect(instanceRoleAllows(session("admin"))).toEqual(["read_history", "administer_people"]);
  });
});
