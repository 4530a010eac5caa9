/** When and how somebody last got in, as a link to all of their sign-ins. */
import { methodWords } from "@/app/_words/methods";
import { filterHref } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import type { RouterOutputs } from "@/trpc/hooks.client";
import { Time } from "@/ui/time";

type Person = RouterOutputs["users"]["list"]["items"][number];

/** @param person.lastSignIn null does not mean never: an administrator of organizations reads their history alone */
export function LastSignIn({ person: { id, lastSignIn } }: { person: Pick<Person, "id" | "lastSignIn"> }) {
  if (!lastSignIn) return <span className="text-muted">no sign-in on record</span>;
  return (
    <a
      href={filterHref({ userId: id })}
      className="inline-block rounded-sm decoration-control underline-offset-2 hover:underline"
    >
      <Time at={lastSignIn.occurredAt} to="minute" />{" "}
      <span className="whitespace-nowrap text-muted">· {methodWords(lastSignIn)}</span>
    </a>
  );
}
