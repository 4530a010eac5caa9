/** Only the methods that an organization allows sign its people in. */
import { expect, test } from "vitest";
import { openAttempt } from "@/auth/attempt/attempt";
import { refusalByMethod } from "@/auth/gates/method-allowed.server";
import { ACCOUNT, ACME, GLOBEX, OWN, policyWith } from "@/auth/policy/samples";

const strict = policyWith(ACME, { allowedMethods: ["sso", "passkey"] });
const by = (provider: string, account = ACCOUNT) => ({ ...openAttempt(provider), account });

test.each(["credentials", "token"])("%s is refused where it is not among them", (provider) => {
  expect(refusalByMethod(strict, by(provider))).toEqual({ reason: "method_not_allowed" });
});

test.each(["passkey", "openid", OWN])("%s passes where it is", (provider) => {
  expect(refusalByMethod(strict, by(provider))).toBeNull();
});

test("nobody is bound by an organization that does not govern them", () => {
  const elsewhere = { ...ACCOUNT, email: "alice@private.test", organizationId: GLOBEX };
  expect(refusalByMethod(strict, by("credentials", elsewhere))).toBeNull();
  expect(refusalByMethod(strict, by("credentials", { ...ACCOUNT, instanceRole: "admin" }))).toBeNull();
});
