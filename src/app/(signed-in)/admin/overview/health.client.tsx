"use client";
/** Whether this instance is well: the database, and what waits to be written into it. For its administrators. */
import { QueryProblem } from "@/app/_shell/query-problem";
import { type RouterOutputs, trpc } from "@/trpc/hooks.client";
import { Alert } from "@/ui/alert";
import { Card, Facts, Section } from "@/ui/card";
import { Outcome } from "@/ui/outcome";
import { SkeletonRows } from "@/ui/skeleton";

type Queue = RouterOutputs["overview"]["health"]["auditQueue"];

export function Health() {
  const query = trpc.overview.health.useQuery();
  return (
    <Section id="health" title="This instance" hint="Of the process that has answered you.">
      <QueryProblem query={query} what="the instance's health" retry={() => void query.refetch()} />
      {query.data && <QueueProblem queue={query.data.auditQueue} />}
      <Card>
        {query.isPending && <SkeletonRows rows={3} height="h-11" />}
        {query.data && (
          <Facts
            facts={[
              {
                name: "Database",
                value:
                  query.data.database === "up" ? (
                    <Outcome status="success">Answers</Outcome>
                  ) : (
                    <Outcome status="failure">Does not answer</Outcome>
                  ),
              },
              { name: "Audit queue", value: queueWords(query.data.auditQueue) },
              { name: "Journal", value: journalWords(query.data.auditQueue) },
            ]}
          />
        )}
      </Card>
    </Section>
  );
}

function QueueProblem({ queue }: { queue: Queue }) {
  if (queue.journalFull)
    return (
      <Alert tone="failure" title="The disk refuses the journal">
        What can't be made durable is refused, sign-ins too. Make room on the disk, and see that the database answers.
      </Alert>
    );
  if (queue.journalBytes === 0) return null;
  return (
    <Alert tone="warning" title="Events wait in the journal">
      They are durable, and enter the log once the database takes them.
    </Alert>
  );
}

function queueWords({ depth, oldestMs }: Queue): string {
  if (depth === 0) return "Nothing waits";
  const events = depth === 1 ? "1 event waits" : `${depth.toLocaleString("en")} events wait`;
  return `${events}, the oldest for ${Math.round(oldestMs).toLocaleString("en")} ms`;
}

function journalWords({ journal, journalBytes }: Queue): string {
  if (journal === "off") return "Switched off";
  return journalBytes === 0 ? "Empty" : `${journalBytes.toLocaleString("en")} bytes`;
}
