/** What of the stored connections does not count, and what stands in: the same that /api/health/ready says. */
import { providerName } from "@/app/_words/methods";
import type { SsoState } from "@/auth/policy/sign-in-policy.server";
import { Alert } from "@/ui/alert";

const REASONS: Record<SsoState["fallbacks"][number]["reason"], string> = {
  unknown_key: "its secret was sealed with a key that is no longer in GATEBOOK_KEYS",
  not_authentic: "its secret cannot be opened",
  malformed: "its row says something that cannot be",
};

export function Fallbacks({ state: { connections, fallbacks } }: { state: SsoState }) {
  if (connections === "off")
    return (
      <Alert tone="warning" title="Connections have no effect here">
        The operator has not set SSO_CONNECTIONS=on: people sign in by the providers of the environment alone.
      </Alert>
    );
  if (connections === "unavailable")
    return (
      <Alert tone="warning" title="Connections could not be read since the start">
        The database was away. Until it answers, the providers of the environment stand in.
      </Alert>
    );
  if (fallbacks.length === 0) return null;
  return (
    <Alert tone="failure" title="Not every enabled connection counts">
      <ul className="list-disc pl-5">
        {fallbacks.map(({ provider, reason }) => (
          <li key={provider}>
            {providerName(provider)}: {REASONS[reason]}. The environment's provider stands in, where there is one. Enter
            the secret again to mend it.
          </li>
        ))}
      </ul>
    </Alert>
  );
}
