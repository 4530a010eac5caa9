/** Text from outside is made safe to store, and an email has one form however it was typed. */
import { describe, expect, test } from "vitest";
import { isPlainEmail, normalizeEmail, storableText } from "@/platform/text";

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
    ["\u2126\u03BC\u03AD\u03B3\u03B1@example.com", "\u03C9\u03BC\u03AD\u03B3\u03B1@example.com"],
    ["иван.it+1@пример.рф", "иван.it+1@пример.рф"],
    ["田中taro@例え.jp", "田中taro@例え.jp"],
    ["a_b-c.d+e'f@sub.exam-ple.com", "a_b-c.d+e'f@sub.exam-ple.com"],
    ["alice@localhost", "alice@localhost"],
  ])("%j is the account %j", (typed, normalized) => {
    expect(normalizeEmail(typed)).toBe(normalized);
  });

  test.each([
    ["\u0430lice@example.com", "a Cyrillic a"],
    ["al\u0456ce@example.com", "a Cyrillic i"],
    ["alice@ex\u0430mple.com", "a Cyrillic a in the domain"],
    ["al1c\u0435@example.com", "a Cyrillic e after a digit"],
    ["alic\u03B5@example.com", "a Greek epsilon"],
    ["\u03BFlivia@example.com", "a Greek o"],
    ["\u0561lice@example.com", "an Armenian letter"],
    ["\u13A0lice@example.com", "a Cherokee letter"],
  ])("%j is no address: %s", (typed) => {
    expect(normalizeEmail(typed)).toBeNull();
  });

  test.each([
    ["a\u0131ice@example.com", "a dotless i"],
    ["al\u0131ce@example.com", "a dotless i in the place of an i"],
    ["AL\u0130CE@example.com", "a capital I with a dot"],
    ["ali\u0327ce@example.com", "a combining cedilla"],
    ["\u00E1lice@example.com", "an accent"],
    ["\u0251lice@example.com", "a Latin alpha"],
    ["a1ice@example.com", "a digit"],
    ["\u0430\u04CF\u0456\u0441\u0435@example.com", "all letters Cyrillic"],
    ["alice@example.com.evil.test", "another domain"],
  ])("%j is not the account it looks like: %s", (typed) => {
    expect(normalizeEmail(typed)).not.toBeNull();
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
    "ali\u200Dce@example.com",
    "ali\u034Fce@example.com",
    "ali\uFE0Fce@example.com",
    "ali\u3164ce@example.com",
    "ali\uFFA0ce@example.com",
    "ali\u17B4ce@example.com",
    "ali\u{E0101}ce@example.com",
    "alice@exam\u2060ple.com",
    "alice@.example.com",
    "alice@example.com.",
    "alice@example..com",
    "alice@-example.com",
    "alice@exam_ple.com",
    "alice@example\u3002com",
    "alice@[127.0.0.1]",
    "alice@example.com>",
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

  test("is plainly written where only case and canonical composition are changed by its one form", () => {
    for (const plain of [" Alice@Example.COM", "jose\u0301@example.com", "\u212Aate@example.com"]) {
      expect(isPlainEmail(plain)).toBe(true);
    }
    for (const folded of [
      "ａlice@example.com",
      "alice@ｅxample.com",
      "alice＠example.com",
      "ﬁona@example.com",
      "a\u017Fa@b.test",
    ]) {
      expect(normalizeEmail(folded)).not.toBeNull();
      expect(isPlainEmail(folded)).toBe(false);
    }
    expect(isPlainEmail("al\u200Bice@example.com")).toBe(false);
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
