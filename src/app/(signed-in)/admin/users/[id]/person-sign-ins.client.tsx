"use client";
/** The newest attempts to sign in as one person. */
import { QueryProblem } from "@/app/_shell/query-problem";
import { methodWords } from "@/app/_words/methods";
import { reasonWords } from "@/app/_words/reasons";
import { signInsInput } from "@/app/(signed-in)/admin/users/[id]/shown";
import { type RouterOutputs, trpc } from "@/trpc/hooks.client";
import { Card } from "@/ui/card";
import { Outcome } from "@/ui/outcome";
import { SkeletonRows } from "@/ui/skeleton";
import { entryClass, Table, TableCell } from "@/ui/table";
import { Time } from "@/ui/time";

type SignIn = RouterOutputs["signIns"]["list"]["items"][number];

const columns = [
  { name: "Time (UTC)", width: "md:w-44" },
  { name: "Result", width: "md:w-32" },
  { name: "How", width: "" },
  { name: "From", width: "md:w-[38%]" },
];

export function PersonSignIns({ userId }: { userId: string }) {
  const query = trpc.signIns.list.useQuery(signInsInput(userId));
  return (
    <>
      <QueryProblem query={query} what="their sign-ins" retry={() => void query.refetch()} />
      <Card className="overflow-hidden">
        {query.isPending && <SkeletonRows rows={4} height="h-11" />}
        {query.data && query.data.items.length === 0 && (
          <p className="px-4 py-3 text-muted text-sm">No sign-in on record.</p>
        )}
        {query.data && query.data.items.length > 0 && (
          <Table caption="Their sign-ins, newest first. Times are in UTC." columns={columns}>
            {query.data.items.map((item) => (
              <SignInRow key={item.id} item={item} />
            ))}
          </Table>
        )}
      </Card>
    </>
  );
}

function SignInRow({ item }: { item: SignIn }) {
  return (
    <tr className={entryClass}>
      <TableCell height="compact" className="max-md:flex-1">
        <Time at={item.occurredAt} />
      </TableCell>
      <TableCell height="compact">
        <Outcome status={item.status}>{item.status === "success" ? "Succeeded" : "Failed"}</Outcome>
      </TableCell>
      <TableCell height="compact" className="max-md:text-xs/6">
        {methodWords(item)}
        {item.failureReason && <span className="text-muted"> · {reasonWords(item.failureReason)}</span>}
      </TableCell>
      <TableCell height="compact" className="text-muted tabular-nums max-md:text-xs/6">
        {item.ip ?? "unknown address"} {item.device && <span className="inline-block">· {item.device}</span>}
      </TableCell>
    </tr>
  );
}
