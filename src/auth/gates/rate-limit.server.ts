/** Too many failures of this account or from this address lately: nothing that was brought is looked at. */
import "server-only";
import type { Gate } from "@/auth/gates/gate";
import { enterLimits } from "@/auth/limits/limits.server";

export const rateLimit: Gate = {
  name: "rate limit",
  check: (attempt) => enterLimits(attempt),
};
