/** Where somebody is signed in, last used first. */
import { Monitor } from "lucide-react";
import { signedInSentence } from "@/app/_words/methods";
import type { PersonDetails } from "@/app/(signed-in)/admin/users/[id]/person.client";
import { Card } from "@/ui/card";
import { Time } from "@/ui/time";

type Sessions = NonNullable<PersonDetails["account"]>["sessions"];

export function PersonSessions({ sessions }: { sessions: Sessions }) {
  if (sessions.length === 0) {
    return (
      <Card>
        <p className="px-4 py-3 text-muted text-sm">Signed in nowhere.</p>
      </Card>
    );
  }
  return (
    <Card>
      <ul className="divide-y divide-line">
        {sessions.map((session) => (
          <li key={session.id} className="flex gap-3 p-4 text-sm">
            <Monitor className="mt-0.5 size-4 shrink-0 text-muted" />
            <div className="min-w-0 flex-1">
              <h3 className="font-semibold">{session.device ?? "Unknown browser"}</h3>
              <p className="text-muted [overflow-wrap:anywhere]">
                {signedInSentence({ ...session, secondFactor: null })} · {session.ip ?? "unknown address"}
              </p>
              <p className="text-muted">
                Started <Time at={session.createdAt} to="minute" />, last used{" "}
                <Time at={session.lastUsedAt} to="minute" />
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
