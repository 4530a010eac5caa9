/** Only a way in that is offered now counts: a provider whose settings were removed, or that was disabled, no longer signs anybody in. */
import "server-only";
import type { Gate } from "@/auth/gates/gate";
import { offeredMethods } from "@/auth/providers/offered.server";

export const providerPermitted: Gate = {
  name: "provider permitted",
  check: ({ provider }) => (offeredMethods().includes(provider) ? null : { reason: "provider_not_allowed" }),
};
