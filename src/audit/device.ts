/** A user agent in words, as reported by the browser: "Firefox on macOS". */
import Bowser from "bowser";

/** So many that a day's browsers are among them; at 512 characters each, no more than a megabyte or two. */
const REMEMBERED = 1000;
const remembered = new Map<string, string | null>();

/** Taking a user agent apart costs as much as reading its row, and a page of rows has few of them. */
export function deviceOf(userAgent: string | null): string | null {
  if (!userAgent) return null;
  const known = remembered.get(userAgent);
  if (known !== undefined) return known;
  const device = parse(userAgent);
  // Starting anew is simpler than forgetting the oldest, and no dearer than one page.
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(userAgent, device);
  return device;
}

function parse(userAgent: string): string | null {
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
