/** Placeholders of the size of what is coming; they appear after 300 ms, so that a quick answer never flashes. */
import clsx from "clsx";

export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={clsx("appear-late block rounded-sm bg-hover", className)} />;
}

/** Rows of a list that is being fetched. */
export function SkeletonRows({ rows, height }: { rows: number; height: string }) {
  return (
    <div aria-hidden="true" className="divide-y divide-line">
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <div key={row} className={clsx("flex items-center gap-4 px-4", height)}>
          <Skeleton className="h-3 w-32" />
          <Skeleton className="h-3 flex-1" />
          <Skeleton className="h-3 w-24" />
        </div>
      ))}
    </div>
  );
}
