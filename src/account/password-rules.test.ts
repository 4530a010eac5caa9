/** What a new password may be: length and guessability count, composition does not (ASVS 6.2.1, 6.2.4, 6.2.5, 6.2.9). */
import { describe, expect, test } from "vitest";
import { isCommonPassword } from "@/account/common-passwords.server";
import { passwordProblem } from "@/account/password-rules";

const problem = (password: string, email = "jane.doe@example.com") =>
  passwordProblem(password, { email }, isCommonPassword);

describe("length", () => {
  test.each([
    ["seven letters", "qzvkwxj", "password_too_short"],
    ["nothing", "", "password_too_short"],
    ["seven emoji, which are 28 bytes", "🦊🐻🐼🐨🐯🦁🐮", "password_too_short"],
    ["eight letters", "qzvkwxjm", null],
    ["eight emoji", "🦊🐻🐼🐨🐯🦁🐮🐷", null],
    ["64 characters", "qzvkwxjm".repeat(8), null],
    ["1,024 bytes", "qzvkwxjm".repeat(128), null],
    ["1,025 bytes", `${"qzvkwxjm".repeat(128)}q`, "password_too_long"],
    ["513 characters of two bytes", "ä".repeat(513), "password_too_long"],
  ])("%s", (_, password, expected) => {
    expect(problem(password)).toBe(expected);
  });
});

describe("composition is nobody's business", () => {
  test.each([
    "correct horse battery staple",
    "onlysmallletterszz",
    "ONLYBIGLETTERSZZ",
    "83920174659283",
    "        .",
    "пароль из слов",
    " leading and trailing ",
  ])("%j is taken", (password) => {
    expect(problem(password)).toBeNull();
  });
});

describe("what everybody tries", () => {
  test.each(["password", "Password", "PASSWORD1", "12345678", "qwertyuiop", "iloveyou", "trustno1", "p@ssw0rd"])(
    "%s is refused",
    (password) => {
      expect(problem(password)).toBe("password_common");
    },
  );

  test("is a list of more than 3,000 passwords that are long enough to be chosen", async () => {
    const { dictionary } = await import("@zxcvbn-ts/language-common");
    const long = dictionary["passwords-common"].filter((password) => password.length >= 8);
    expect(long.length).toBeGreaterThan(3000);
    expect(long.every(isCommonPassword)).toBe(true);
  });
});

describe("what is known of the person and the place", () => {
  test.each([
    "jane.doe@example.com",
    "Jane.Doe@Example.COM",
    "jane.doe",
    "Jane.Doe2026!",
    "gatebook",
    "Gatebook",
    "Gatebook2026!",
    "!!gatebook!!",
  ])("%s is refused", (password) => {
    expect(problem(password)).toBe("password_guessable");
  });

  test("but words that merely hold it are taken, and an address of digits forbids nothing", () => {
    expect(problem("jane.doe likes long walks")).toBeNull();
    expect(problem("a gatebook of my own")).toBeNull();
    expect(problem("83920174659283", "12345@example.com")).toBeNull();
  });
});
