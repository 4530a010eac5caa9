/** Whether somebody could still sign in with what is left to them. */
import { expect, test } from "vitest";
import { hasWayIn } from "@/auth/linking/ways-in";
import type { OrganizationPolicy } from "@/auth/policy/policy";

const OFFERED = ["credentials", "token", "openid", "sso-1"];
const NOTHING = { password: false, emailLink: false, providers: [] };
const rules = (allowedMethods: OrganizationPolicy["allowedMethods"], requiredProvider: string | null = null) =>
  ({ allowedMethods, requiredProvider }) as OrganizationPolicy;
const ALL = rules(["password", "email_verification", "sso", "passkey"]);

test.each([
  ["nothing", NOTHING, null, false],
  ["a password", { ...NOTHING, password: true }, null, true],
  ["a link by mail", { ...NOTHING, emailLink: true }, ALL, true],
  ["another identity", { ...NOTHING, providers: ["openid"] }, ALL, true],
  ["an identity at a provider that is offered no more", { ...NOTHING, providers: ["github"] }, null, false],
  ["a password that may not be used", { ...NOTHING, password: true, emailLink: true }, rules(["sso"]), false],
  ["a link that may not be used", { ...NOTHING, emailLink: true }, rules(["password", "sso"]), false],
  ["an identity that may not be used", { ...NOTHING, providers: ["openid"] }, rules(["password"]), false],
  [
    "all but the required connection",
    { password: true, emailLink: true, providers: ["openid"] },
    rules(["password", "email_verification", "sso"], "sso-1"),
    false,
  ],
  ["the required connection", { ...NOTHING, providers: ["sso-1"] }, rules(["sso"], "sso-1"), true],
] as const)("with %s left", (_, held, by, expected) => {
  expect(hasWayIn(held, OFFERED, by)).toBe(expected);
});
