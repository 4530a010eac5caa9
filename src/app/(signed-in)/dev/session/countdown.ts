/** How long until a moment, or since: `in 0:14:59`, `0:00:31 ago`. Pure. */

export function countdown(at: Date, nowMs: number): string {
  const seconds = Math.round((at.getTime() - nowMs) / 1000);
  const text = clock(Math.abs(seconds));
  return seconds > 0 ? `in ${text}` : `${text} ago`;
}

function clock(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
