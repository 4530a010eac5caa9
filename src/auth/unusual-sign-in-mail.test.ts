/** The mail about an unusual sign-in: what happened, why it is said, and what to do. */
import { expect, test } from "vitest";
import { unusualSignInMail } from "@/auth/unusual-sign-in-mail";

const AT = new Date("2026-03-04T05:06:07Z");

test("says when, in which browser, from where and why, and leads to a page that asks before it does anything", () => {
  const mail = unusualSignInMail("https://id.example.com", {
    userId: "0199c5d2-1111-7abc-8def-000000000000",
    email: "alice@example.com",
    at: AT,
    device: "Firefox on macOS",
    ip: "203.0.113.7",
    signals: [
      { kind: "new_device", device: "Firefox on macOS" },
      { kind: "new_network", network: "203.0.113.0/24" },
      { kind: "success_after_failures", failures: 7 },
      { kind: "many_accounts", accounts: 12 },
    ],
  });
  expect(mail.to).toBe("alice@example.com");
  expect(mail.subject).toBe("A new sign-in to your account at id.example.com");
  expect(mail.text).toContain("2026-03-04 05:06 UTC · Firefox on macOS · 203.0.113.7");
  for (const words of ["this browser", "this network", "7 tries", "12 accounts"]) expect(mail.text).toContain(words);
  expect(mail.text.split("\n")).toContain("https://id.example.com/reset-password");
});

test("what a browser says of itself stays text", () => {
  const { html, text } = unusualSignInMail("https://id.example.com", {
    userId: "0199c5d2-1111-7abc-8def-000000000000",
    email: "alice@example.com",
    at: AT,
    device: "<img src=x>",
    ip: null,
    signals: [],
  });
  expect(html).not.toContain("<img");
  expect(text).toContain("unknown address");
});
