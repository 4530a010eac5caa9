/** The mail about a changed password: it says when, from where and what to do, and gives nobody a link to press. */
import { expect, test } from "vitest";
import { passwordChangedMail } from "@/auth/password-changed-mail";

const AT = new Date("2026-03-04T05:06:07Z");

test("says what happened, when, in which browser and from where, as text and as HTML", () => {
  const mail = passwordChangedMail("alice@example.com", "id.example.com", {
    at: AT,
    device: "Firefox on macOS",
    ip: "203.0.113.7",
  });
  expect(mail.to).toBe("alice@example.com");
  expect(mail.subject).toBe("Your password at id.example.com was changed");
  for (const body of [mail.text, mail.html]) {
    expect(body).toContain("The password of your account at id.example.com was changed.");
    expect(body).toContain("2026-03-04 05:06 UTC · Firefox on macOS · 203.0.113.7");
    expect(body).toMatch(/if it wasn.{1,5}t you/i);
    expect(body).not.toMatch(/https?:/);
  }
});

test("what a browser says of itself stays text", () => {
  const circumstances = { at: AT, device: "<img src=x>", ip: null };
  const { html, text } = passwordChangedMail("alice@example.com", "id.example.com", circumstances);
  expect(html).not.toContain("<img");
  expect(text).toContain("unknown address");
});
