/** The mail with a sign-in link: it says what it is for, and nothing in it can be turned into markup. */
import { describe, expect, test } from "vitest";
import { signInMail } from "@/auth/sign-in-mail";

const LINK = "https://id.example.com/sign-in/finish?token=AbC-_123&callbackUrl=%2Faccount";

describe("the mail", () => {
  const mail = signInMail("alice@example.com", LINK, "id.example.com", 15);

  test("goes to the address, names the host and says how long the link works", () => {
    expect(mail.to).toBe("alice@example.com");
    expect(mail.subject).toBe("Sign in to id.example.com");
    for (const body of [mail.text, mail.html]) {
      expect(body).toContain("id.example.com");
      expect(body).toContain("15 minutes");
    }
  });

  test("has the link as it is in the text, on a line of its own", () => {
    expect(mail.text.split("\n")).toContain(LINK);
  });

  test("has the same link in the HTML once its entities are read, as the button and as text", () => {
    const read = mail.html.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    expect(read.split(LINK)).toHaveLength(3);
    expect(read).toContain(`href="${LINK}"`);
  });
});

test("a host or a link with markup in it stays text in the HTML", () => {
  const evil = `"><img src=x onerror='alert(1)'>&amp;`;
  const { html } = signInMail("alice@example.com", `https://h/?x=${evil}`, evil, 15);
  expect(html).not.toContain("<img");
  expect(html).not.toContain("'alert(1)'");
  expect(html).not.toContain("&amp;");
  expect(html.match(/<a /g)).toHaveLength(1);
  expect(html.split("&#34;&#62;&#60;img src=x onerror=&#39;alert(1)&#39;&#62;&#38;amp;")).toHaveLength(4);
});
