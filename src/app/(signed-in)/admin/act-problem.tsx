/** Why an act changed nothing, where it was asked for. */
import { Alert } from "@/ui/alert";

export function ActProblem({ problem }: { problem: string | null }) {
  if (problem === null) return null;
  return (
    <div role="alert">
      <Alert tone="failure" title="Nothing was changed">
        {problem}
      </Alert>
    </div>
  );
}
