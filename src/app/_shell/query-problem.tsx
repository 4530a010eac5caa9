/** What a list says when its data could not be fetched. Data that was fetched before stays where it is. */
import { RotateCw } from "lucide-react";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { formatClock } from "@/ui/format-time";

export type QueryState = {
  isError: boolean;
  isFetching: boolean;
  dataUpdatedAt: number;
  error: { data?: { requestId?: string | null } | null } | null;
};

type QueryProblemProps = { query: QueryState; what: string; retry: () => void };

export function QueryProblem({ query, what, retry }: QueryProblemProps) {
  if (!query.isError) return null;
  const reference = query.error?.data?.requestId;
  return (
    <div role="alert">
      <Alert
        tone={query.dataUpdatedAt > 0 ? "warning" : "failure"}
        actions={
          <Button size="small" onClick={retry} disabled={query.isFetching}>
            <RotateCw className="size-4" />
            Retry
          </Button>
        }
      >
        {query.dataUpdatedAt > 0
          ? `Couldn't refresh. Showing ${formatClock(new Date(query.dataUpdatedAt))} UTC.`
          : `Couldn't load ${what}.`}
        {reference && ` Reference ${reference}`}
      </Alert>
    </div>
  );
}
