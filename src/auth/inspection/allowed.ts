/** Whether the session inspector is there at all. Pure. */
import type { Env } from "@/platform/env";

/** A tool of developers: everywhere but in production, and there where an operator has asked for it. */
export function inspectorAllowed(settings: Pick<Env, "NODE_ENV" | "SESSION_INSPECTOR">): boolean {
  return (settings.SESSION_INSPECTOR ?? (settings.NODE_ENV === "production" ? "off" : "on")) === "on";
}
