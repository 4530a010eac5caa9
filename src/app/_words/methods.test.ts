import { describe, expect, it } from "vitest";
import { methodWords, providerName, signedInSentence } from "@/app/_words/methods";

const password = { authMethod: "password", provider: "credentials", secondFactor: null } as const;
const github = { authMethod: "sso", provider: "github", secondFactor: null } as const;
const link = { authMethod: "email_verification", provider: "token", secondFactor: null } as const;
const unknown = { authMethod: null, provider: null, secondFactor: null } as const;

describe("methods in words", () => {
  it("name the way in as an auditor reads it in a list", () => {
    expect(methodWords(password)).toBe("password");
    expect(methodWords(link)).toBe("email link");
    expect(methodWords(github)).toBe("GitHub");
    expect(methodWords({ ...password, secondFactor: "totp" })).toBe("password, then an authenticator code");
    expect(methodWords(unknown)).toBe("not known");
  });

  it("make a sentence for the person who signed in", () => {
    expect(signedInSentence(password)).toBe("Signed in with a password");
    expect(signedInSentence(link)).toBe("Signed in with a link from your email");
    expect(signedInSentence(github)).toBe("Signed in with GitHub");
    expect(signedInSentence({ ...password, secondFactor: "backup_code" })).toBe(
      "Signed in with a password, then a backup code",
    );
    expect(signedInSentence(unknown)).toBe("Signed in");
  });

  it("name an organization's connection by its name, or where that is not known by the end of its id", () => {
    const id = "sso-0199c5d2-1111-7abc-8def-0000003f9a1c";
    expect(providerName(id, new Map([[id, "Acme Entra"]]))).toBe("Acme Entra");
    expect(providerName(id)).toBe("single sign-on (…3f9a1c)");
    expect(providerName(id, new Map())).toBe(providerName(id));
    expect(signedInSentence({ authMethod: "sso", provider: id, secondFactor: null })).toBe(
      "Signed in with single sign-on (…3f9a1c)",
    );
  });

  it("leave an id that nobody knows as it is", () => {
    expect(providerName("saml")).toBe("saml");
  });
});
