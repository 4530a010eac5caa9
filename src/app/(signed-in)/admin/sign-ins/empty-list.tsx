/** What stands in the place of a list that has nothing to show, with ways to loosen its filter. */
import { SearchX } from "lucide-react";
import { describeFilter, type FilterValues, filterHref } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { buttonClass } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";

export function EmptyList({ values }: { values: FilterValues }) {
  const parts = describeFilter(values);
  return (
    <EmptyState
      icon={SearchX}
      title={parts.length > 0 ? "No sign-ins match" : "No sign-ins yet"}
      actions={parts.map(({ key, label, words }) => (
        <a key={key} href={filterHref({ ...values, [key]: undefined })} className={buttonClass({ size: "small" })}>
          Without {label.toLowerCase()}: {words}
        </a>
      ))}
    >
      {parts.length > 0 ? "Loosen the filter to see more:" : "Every attempt from now on appears here."}
    </EmptyState>
  );
}
