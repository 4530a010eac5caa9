/** The mail of an invitation. */
import { expect, test } from "vitest";
import { invitationMail } from "@/auth/invitations/mail";

const words = {
  to: "new@example.com",
  link: "https://app.example.com/sign-in/finish?token=t&x=1",
  host: "app.example.com",
  organization: "<b>Acme</b>\r\nBcc: all@example.com",
  role: "admin",
  invitedBy: "owner@acme.test",
  days: 7,
};

test("says who invites, into what, as what and for how long, with the link", () => {
  const { to, subject, text } = invitationMail({ ...words, organization: "Acme" });
  expect({ to, subject }).toEqual({ to: words.to, subject: "Join Acme at app.example.com" });
  expect(text).toContain("owner@acme.test invites you to join Acme at app.example.com as an admin.");
  expect(text).toContain(words.link);
  expect(text).toContain("once, for 7 days");
});

test("lets an organization's name be nothing but text", () => {
  const { html } = invitationMail(words);
  expect(html).not.toContain("<b>");
  expect(html).toContain("&#60;b&#62;Acme");
  expect(html).toContain('href="https://app.example.com/sign-in/finish?token=t&#38;x=1"');
});
