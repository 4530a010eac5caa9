/** A user agent in words, as reported by the browser: "Firefox on macOS". Pure. */
import Bowser from "bowser";

export function deviceOf(userAgent: string | null): string | null {
  if (!userAgent) return null;
  try {
    const parsed = Bowser.parse(userAgent);
    const { name: browser } = parsed.browser;
    const { name: system } = parsed.os;
    if (browser && system) return `${browser} on ${system}`;
    return browser || system || null;
  } catch {
    return null;
  }
}
