/** What people paste of a session cookie, in all its forms. */
import { describe, expect, test } from "vitest";
import { PastedTextError, pastedToken } from "@/auth/inspection/cookie-text";

const TOKEN = "eyJhbGciOiJkaXIi..aXY.Y2lwaGVydGV4dA_-.dGFn";
const BARE = { name: null, token: TOKEN, chunks: 1 };
const NAMED = { name: "gatebook.session", token: TOKEN, chunks: 1 };
const CHUNKED = { ...NAMED, chunks: 2 };
const half = (index: 0 | 1) => [TOKEN.slice(0, 20), TOKEN.slice(20)][index];

test.each([
  [TOKEN, BARE],
  [`  ${TOKEN}\n`, BARE],
  [`"${TOKEN}"`, BARE],
  [`gatebook.session=${TOKEN}`, NAMED],
  [`gatebook.session="${TOKEN}"`, NAMED],
  [`'gatebook.session=${TOKEN}'`, NAMED],
  [`__Host-gatebook.session=${TOKEN}`, { ...NAMED, name: "__Host-gatebook.session" }],
  [`Cookie: theme=dark; gatebook.session=${TOKEN}; gatebook.csrf=a%7Cb`, NAMED],
  [`cookie: gatebook.session = ${TOKEN}`, NAMED],
  [`Set-Cookie: gatebook.session=${TOKEN}; Path=/; HttpOnly; SameSite=Lax`, NAMED],
  [`gatebook.session.0=${half(0)}; gatebook.session.1=${half(1)}`, CHUNKED],
  [`gatebook.session.1=${half(1)}\ngatebook.session.0=${half(0)}`, CHUNKED],
])("%#: the token is found", (text, pasted) => {
  expect(pastedToken(text)).toEqual(pasted);
});

describe("what cannot be used is said, without what was pasted", () => {
  test.each([
    ["", "There is nothing to look at."],
    ["Cookie:", "There is nothing to look at."],
    ["hunter2", "That is not a session token"],
    ["eyJ.eyJ.sig", "That is not a session token"],
    ["gatebook.session=hunter2", "That is not a session token"],
    ["theme=dark; other=hunter2", "There is no session cookie in it"],
    [`not-gatebook.session=${TOKEN}`, "There is no session cookie in it"],
    [`gatebook.session.1=${half(1)}`, "The chunk gatebook.session.0 is missing."],
    [`gatebook.session=${TOKEN}; __Host-gatebook.session=${TOKEN}`, "There are several session cookies in it"],
  ])("%#", (text, message) => {
    expect(() => pastedToken(text)).toThrow(PastedTextError);
    expect(() => pastedToken(text)).toThrow(message);
    try {
      pastedToken(text);
    } catch (error) {
      expect(String(error)).not.toMatch(/hunter2|eyJ/);
    }
  });
});
