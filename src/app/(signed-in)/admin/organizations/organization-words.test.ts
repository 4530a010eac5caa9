/** The addresses of organizations, and their policies in words. */
import { expect, test } from "vitest";
import {
  organizationHref,
  organizationsHref,
  policyWords,
  withArticle,
} from "@/app/(signed-in)/admin/organizations/organization-words";

test("equal lists have equal addresses, and what is searched for can be read in them", () => {
  expect(organizationsHref("")).toBe("/admin/organizations");
  expect(organizationsHref("acme.test", null)).toBe("/admin/organizations?search=acme.test");
  expect(organizationHref("1")).toBe("/admin/organizations/1");
  expect(organizationHref("1", "a@b", "c")).toBe("/admin/organizations/1?search=a@b&cursor=c");
});

test("a policy is said in a few words", () => {
  const says = (
    allowedMethods: Parameters<typeof policyWords>[0]["allowedMethods"],
    requiredConnectionId: string | null,
  ) => policyWords({ allowedMethods, requiredConnectionId });
  expect(says(["password", "email_verification", "sso", "passkey"], null)).toBe("any method");
  expect(says(["sso"], null)).toBe("single sign-on only");
  expect(says(["password", "email_verification", "passkey"], null)).toBe("password, email link or passkey");
  expect(says(["sso", "passkey"], "an id")).toBe("one connection only");
});

test("roles have their article", () => {
  expect(["owner", "admin", "auditor", "member"].map(withArticle)).toEqual([
    "an owner",
    "an admin",
    "an auditor",
    "a member",
  ]);
});
