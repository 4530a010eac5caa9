/** A user agent in words, whatever a client sends as one. */
import { describe, expect, test } from "vitest";
import { deviceOf } from "@/audit/device";

describe("a user agent", () => {
  test.each([
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on macOS"],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
      "Chrome on Windows",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
      "Safari on iOS",
    ],
  ])("%s is %s", (userAgent, device) => {
    expect(deviceOf(userAgent)).toBe(device);
  });

  test.each([null, ""])("that was not sent (%j) is none", (userAgent) => {
    expect(deviceOf(userAgent)).toBeNull();
  });

  test.each([
    "\u0000",
    "<script>alert(1)</script>",
    "(".repeat(512),
    "Mozilla/".repeat(64),
    "\uD800",
    "__proto__",
    "Chrome/".repeat(70),
    " ",
    "a".repeat(512),
  ])("that is %j is words or none, at once, and never an error", (userAgent) => {
    const started = performance.now();
    const device = deviceOf(userAgent);
    expect(device === null || typeof device === "string").toBe(true);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test("is the same device the next time, and after thousands of others", () => {
    const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    for (let other = 0; other < 2500; other += 1) {
      if (other % 500 === 0) expect(deviceOf(firefox)).toBe("Firefox on Linux");
      expect(deviceOf(`unheard-of/${other}`)).toBeNull();
      expect(deviceOf(`unheard-of/${other}`)).toBeNull();
    }
  });
});
