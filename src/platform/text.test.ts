/** Text from outside is made safe to store, and an email has one form however it was typed. */
import { describe, expect, test } from "vitest";
import { normalizeEmail, storableText } from "@/platform/text";

describe("storable text", () => {
  test("has no NUL", () => {
    expect(storableText("a\u0000b\u0000", 10)).toBe("a\uFFFDb\uFFFD");
  });

  test("has no lone surrogate, at either end or in the middle", () => {
    expect(storableText("\uDC00a\uD800b\uD83D", 10)).toBe("\uFFFDa\uFFFDb\uFFFD");
    expect(storableText("\uDE00\uD83D", 10)).toBe("\uFFFD\uFFFD");
  });

  test("is cut to its length, and a character that the cut divides is replaced", () => {
    expect(storableText("abcdef", 3)).toBe("abc");
    expect(storableText("ab😀", 3)).toBe("ab\uFFFD");
    expect(storableText("ab😀", 4)).toBe("ab😀");
  });

  test("keeps everything else as it is: line breaks, right-to-left marks, combining characters", () => {
    const text = "a\r\nb\t\u202Ec\u0301\u200B\u001B[31m 日本";
    expect(storableText(text, 100)).toBe(text);
  });
});

describe("an email", () => {
  test.each([
    ["  Alice@Example.COM \n", "alice@example.com"],
    ["\uFEFFalice@example.com", "alice@example.com"],
    ["\u00A0alice@example.com\u3000", "alice@example.com"],
    ["ＡＬＩＣＥ@ｅｘａｍｐｌｅ．com", "alice@example.com"],
    ["alice＠example.com", "alice@example.com"],
    ["ﬁona@example.com", "fiona@example.com"],
    ["\u212Aate@example.com", "kate@example.com"],
    ["jose\u0301@example.com", "jos\u00E9@example.com"],
    ["Ωmega@example.com", "ωmega@example.com"],
  ])("%j is the account %j", (typed, normalized) => {
    expect(normalizeEmail(typed)).toBe(normalized);
  });

  test.each([
    ["аlice@example.com", "a Cyrillic а"],
    ["alіce@example.com", "a Cyrillic і"],
    ["alice@exаmple.com", "a Cyrillic а in the domain"],
    ["a\u0131ice@example.com", "a dotless ı"],
  ])("%j (%s) is not the account it looks like", (typed) => {
    expect(normalizeEmail(typed)).not.toBe("alice@example.com");
  });

  test.each([
    "",
    " ",
    "alice",
    "@example.com",
    "alice@",
    "alice@@example.com",
    "alice@example.com@example.com",
    "alice＠example.com@example.com",
    "alice smith@example.com",
    "alice@example.com bob@example.com",
    "alice@example.com\nbcc:bob@example.com",
    "alice\u0000@example.com",
    "alice@example.com\u0000",
    "ali\u200Bce@example.com",
    "ali\u00ADce@example.com",
    "\u202Ealice@example.com",
    "alice\uD800@example.com",
    "alice\uE000@example.com",
    "alice\u00A0@example.com",
  ])("%j is no address", (typed) => {
    expect(normalizeEmail(typed)).toBeNull();
  });

  test("is at most 320 characters, counted after normalization", () => {
    const domain = "@example.com";
    const local = "a".repeat(320 - domain.length);
    expect(normalizeEmail(`${local}${domain}`)).toBe(`${local}${domain}`);
    expect(normalizeEmail(`a${local}${domain}`)).toBeNull();
    expect(normalizeEmail(`${"ﷺ".repeat(30)}${domain}`)).toBeNull();
    expect(normalizeEmail(`${" ".repeat(800)}alice${domain}`)).toBe(`alice${domain}`);
    expect(normalizeEmail(`${" ".repeat(1020)}alice${domain}`)).toBeNull();
  });

  test("that is normalized stays as it is, whatever characters it was typed with", () => {
    const unsettled: string[] = [];
    for (let point = 0; point <= 0x2ffff; point += 1) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const once = normalizeEmail(`a${String.fromCodePoint(point)}b@example.com`);
      if (once !== null && normalizeEmail(once) !== once) unsettled.push(point.toString(16));
    }
    expect(unsettled).toEqual([]);
  });
});
