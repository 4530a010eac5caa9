import { describe, expect, it } from "vitest";
import { signInErrorText } from "@/app/_words/sign-in-errors";

const offered = new Map([["openid", "Acme OpenID"]]);
const text = (error: Parameters<typeof signInErrorText>[0]) => signInErrorText(error, offered);

describe("what /sign-in says after a failure", () => {
  it("says one thing for every way in which email and password can be wrong", () => {
    expect(text({ code: "sign_in_failed" })).toBe(
      "That email and password don't match an account that can sign in here.",
    );
  });

  it("names the wait after too many tries, and survives a made-up number", () => {
    expect(text({ code: "too_many_tries", minutes: "12" })).toContain("Wait 12 minutes");
    expect(text({ code: "too_many_tries", minutes: "1" })).toContain("Wait 1 minute or");
    for (const minutes of [undefined, "", "-3", "1e9", "call 555-0100"]) {
      expect(text({ code: "too_many_tries", minutes })).toContain("Wait a few minutes");
    }
  });

  it("repeats only the names of providers that are offered here", () => {
    expect(text({ code: "cancelled", provider: "openid" })).toBe("You cancelled at Acme OpenID. Nothing changed.");
    expect(text({ code: "cancelled", provider: "Evil Corp" })).toBe("You cancelled at your provider. Nothing changed.");
  });

  it("says of a provider's failure who can help, and names the provider where it is offered here", () => {
    const reference = "0199c5d2-1111-7abc-8def-000000000000";
    for (const code of ["provider_unavailable", "provider_misconfigured"]) {
      expect(text({ code, provider: "openid", reference })).toMatch(new RegExp(`Acme OpenID.*Reference ${reference}$`));
      expect(text({ code, provider: "Evil Corp", reference })).not.toContain("Evil");
    }
    expect(text({ code: "email_missing", provider: "openid" })).toMatch(/^Acme OpenID didn't tell us an email/);
    expect(text({ code: "email_missing" })).toMatch(/^Your provider didn't tell us/);
  });

  it("says where people of an organization sign in, whether or not an address was typed", () => {
    const code = "connection_required";
    expect(text({ code, provider: "openid", domain: "acme.test" })).toBe("acme.test signs in with Acme OpenID.");
    expect(text({ code, provider: "openid" })).toBe("Your organization signs in with Acme OpenID.");
    expect(text({ code, provider: "sso-gone" })).toMatch(/^Your organization .* isn't available right now/);
    expect(text({ code: "invitation_needed", provider: "openid" })).toMatch(/^Acme OpenID lets people in who were/);
  });

  it("quotes a well-formed reference and nothing else", () => {
    expect(text({ code: "unavailable", reference: "0199c5d2-1111-7abc-8def-000000000000" })).toMatch(
      /Reference 0199c5d2-1111-7abc-8def-000000000000$/,
    );
    expect(text({ code: "not_finished", reference: "call 555 0100 now" })).toBe(
      "That sign-in didn't finish. Nothing changed.",
    );
  });

  it("treats an unknown code as a sign-in that didn't finish", () => {
    expect(text({ code: "<script>" })).toBe("That sign-in didn't finish. Nothing changed.");
  });
});
