/** When the token is renewed and the session ends, counted down. */
import { Countdown } from "@/app/(signed-in)/dev/session/clock.client";
import type { Lifetimes } from "@/auth/inspection/lifetimes";
import { Card } from "@/ui/card";
import { Time } from "@/ui/time";

export function LifetimeList({ lifetimes }: { lifetimes: Lifetimes }) {
  const moments = [
    { name: "Token made", at: lifetimes.issuedAt, hint: "The token that this browser holds." },
    { name: "Rotation due", at: lifetimes.rotationDueAt, hint: "From then on the next look at the session renews it." },
    { name: "Last used", at: lifetimes.lastUsedAt, hint: "Written at most once a minute." },
    { name: "Idle expiry", at: lifetimes.idleExpiresAt, hint: "Moves on with each use." },
    { name: "Absolute expiry", at: lifetimes.absoluteExpiresAt, hint: "However much it is used." },
    { name: "Token expiry", at: lifetimes.tokenExpiresAt, hint: "The session's row has the last word." },
  ];
  return (
    <Card>
      <dl className="divide-y divide-line text-sm">
        {moments.map(
          ({ name, at, hint }) =>
            at && (
              <div key={name} className="flex flex-wrap items-baseline gap-x-4 px-4 py-2.5">
                <dt className="flex min-w-56 flex-1 flex-col">
                  <span className="font-medium">{name}</span>
                  <span className="text-muted text-xs">{hint}</span>
                </dt>
                <dd className="flex flex-wrap gap-x-4">
                  <span className="min-w-24 font-medium">
                    <Countdown to={at} />
                  </span>
                  <Time at={at} className="text-muted" />
                </dd>
              </div>
            ),
        )}
      </dl>
    </Card>
  );
}
