"use client";
/** What the filter could be narrowed to, with how many there are of each. Every value is a link: it adds it, or takes it away. */
import { Check } from "lucide-react";
import { QueryProblem } from "@/app/_shell/query-problem";
import { methodNames, providerName } from "@/app/_words/methods";
import { reasonWords } from "@/app/_words/reasons";
import { toggled } from "@/app/(signed-in)/admin/sign-ins/filter-text";
import type { FilterKey, FilterValues } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { type View, viewHref } from "@/app/(signed-in)/admin/sign-ins/view";
import type { SignInFilter } from "@/audit/history";
import { type RouterOutputs, trpc } from "@/trpc/hooks.client";
import { SkeletonRows } from "@/ui/skeleton";

type Facets = RouterOutputs["signIns"]["facets"];
type Group = { key: FilterKey & keyof Facets; title: string; words: (value: string) => string };

const methods: Record<string, string> = methodNames;
const groups: Group[] = [
  { key: "status", title: "Result", words: (value) => (value === "success" ? "succeeded" : "failed") },
  { key: "authMethod", title: "Method", words: (value) => methods[value] ?? value },
  { key: "provider", title: "Provider", words: providerName },
  { key: "failureReason", title: "Reason", words: reasonWords },
  { key: "organizationId", title: "Organization", words: (value) => value },
];

/** In full up to four digits: above them nobody reads the last ones. */
function countText(count: number): string {
  return count > 9999 ? new Intl.NumberFormat("en", { notation: "compact" }).format(count) : count.toLocaleString("en");
}

/** Organizations come with their names. */
function nameOf(one: Facets["status"][number] | Facets["organizationId"][number]): string | null {
  return "name" in one ? one.name : null;
}

type FacetsProps = { values: FilterValues; filter: SignInFilter; view: View };

export function FacetList({ values, filter, view }: FacetsProps) {
  const query = trpc.signIns.facets.useQuery({ filter });
  const facets = query.data;
  return (
    <nav aria-label="Narrow the list" className="flex flex-col gap-4 text-sm">
      <QueryProblem query={query} what="the counts" retry={() => void query.refetch()} />
      {query.isPending && <SkeletonRows rows={8} height="h-8" />}
      {facets &&
        groups.map(({ key, title, words }) => {
          const found = facets[key];
          if (found.length === 0) return null;
          const chosen = values[key]?.split(",") ?? [];
          return (
            <section key={key} aria-label={title}>
              <h2 className="px-2 pb-1 font-medium text-muted text-xs">{title}</h2>
              <ul>
                {found.slice(0, 12).map((one) => {
                  const on = chosen.includes(one.value);
                  return (
                    <li key={one.value}>
                      <a
                        href={viewHref(toggled(values, key, one.value), view)}
                        aria-current={on ? "true" : undefined}
                        className="flex min-h-8 items-center gap-2 rounded-sm px-2 hover:bg-hover"
                      >
                        <Check className={on ? "size-4 shrink-0 text-accent" : "invisible size-4 shrink-0"} />
                        <span className="min-w-0 flex-1 truncate">{nameOf(one) ?? words(one.value)}</span>
                        <span className="text-muted tabular-nums">{countText(one.count)}</span>
                      </a>
                    </li>
                  );
                })}
              </ul>
            </section>
          );
        })}
    </nav>
  );
}
