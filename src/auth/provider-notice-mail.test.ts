/** The mails about linked and removed providers: they say which, when and from where, and give nobody a link to press. */
import { expect, test } from "vitest";
import { linkProviderMail } from "@/auth/linking/link-provider-mail";
import { providerChangedMail } from "@/auth/provider-notice-mail";

const CIRCUMSTANCES = { at: new Date("2026-03-04T05:06:07Z"), device: "Firefox on macOS", ip: "203.0.113.7" };

test.each([
  ["linked", "An account at Acme <b> was linked to your account"],
  ["unlinked", "An account at Acme <b> was removed from the ways into your account"],
] as const)("%s", (change, sentence) => {
  const mail = providerChangedMail(change, "Acme <b>", "alice@example.com", "id.example.com", CIRCUMSTANCES);
  expect(mail.to).toBe("alice@example.com");
  expect(mail.subject).toContain("Acme");
  expect(mail.text).toContain(sentence);
  expect(mail.html).not.toContain("<b>");
  for (const body of [mail.text, mail.html]) {
    expect(body).toContain("2026-03-04 05:06 UTC · Firefox on macOS · 203.0.113.7");
    expect(body).not.toMatch(/https?:/);
  }
});

test("the mail that links says that it is of use in one browser only, and not to pass it on", () => {
  const link = "https://id.example.com/link-provider?token=t";
  const { text } = linkProviderMail("alice@example.com", "Acme", link, "id.example.com", 15);
  for (const part of [link, "only in the browser in which it was asked for", "Don't pass the link on"])
    expect(text).toContain(part);
});
