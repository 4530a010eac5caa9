/** A disabled account lets nobody in, whatever they brought. */
import type { Gate } from "@/auth/gates/gate";

export const accountActive: Gate = {
  name: "account active",
  check: ({ account }) => (account?.disabledAt ? { reason: "account_disabled" } : null),
};
