"use client";
/** Today's sign-ins so far against the usual, and why some of them failed. */
import { RotateCw, ScrollText, TrendingDown, TrendingUp } from "lucide-react";
import { QueryProblem } from "@/app/_shell/query-problem";
import { reasonWords } from "@/app/_words/reasons";
import { daysWords, deviationWords, usualWords } from "@/app/(signed-in)/admin/overview/overview-words";
import { type FilterValues, filterHref } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import type { Against } from "@/audit/overview";
import { type RouterOutputs, trpc } from "@/trpc/hooks.client";
import { Button } from "@/ui/button";
import { Card, Section } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { formatClock, formatDate, formatDay } from "@/ui/format-time";
import { Skeleton, SkeletonRows } from "@/ui/skeleton";
import { announce } from "@/ui/status-region.client";

type TodayCounts = RouterOutputs["overview"]["today"];

const MOST_REASONS = 8;

export function Today() {
  const query = trpc.overview.today.useQuery();
  const utils = trpc.useUtils();
  const today = query.data;

  async function refresh() {
    const [{ isSuccess }] = await Promise.all([
      query.refetch(),
      utils.overview.newPlaces.invalidate(),
      utils.overview.health.invalidate(),
    ]);
    if (isSuccess) announce("Refreshed.");
  }

  return (
    <>
      <QueryProblem query={query} what="today's sign-ins" retry={() => void refresh()} />
      {query.isPending && <Placeholder />}
      {today && (
        <>
          <div className="flex flex-wrap items-center justify-between gap-2 text-muted text-sm">
            <p>
              {formatDay(today.from)} · as of <span className="tabular-nums">{formatClock(today.at)}</span> UTC
            </p>
            <Button
              size="small"
              onClick={() => void refresh()}
              aria-disabled={query.isFetching}
              className="scripting-none:hidden"
            >
              <RotateCw className="size-4" />
              Refresh
            </Button>
          </div>
          {isEmpty(today) ? (
            <Card>
              <EmptyState icon={ScrollText} title="No sign-ins yet">
                Every attempt from now on is counted here.
              </EmptyState>
            </Card>
          ) : (
            <Counted today={today} />
          )}
        </>
      )}
    </>
  );
}

function isEmpty({ days, success, failure }: TodayCounts): boolean {
  return days === 0 && success.today + failure.today === 0;
}

function Counted({ today }: { today: TodayCounts }) {
  const since = { from: formatDate(today.from) };
  return (
    <>
      <div className="flex flex-col gap-2">
        <ul className="grid gap-4 md:grid-cols-2">
          <Count against={today.success} word="succeeded" values={{ status: "success", ...since }} />
          <Count against={today.failure} word="failed" values={{ status: "failure", ...since }} />
        </ul>
        <p className="text-muted text-xs">
          {today.days === 0
            ? "There is no day before to compare today with yet."
            : `The usual is the average ${daysWords(today.days)}, up to the same time of the day.`}
        </p>
      </div>
      <Section id="reasons" title="Why sign-ins failed today">
        <Card>
          {today.reasons.length === 0 ? (
            <p className="px-4 py-3 text-muted text-sm">None failed.</p>
          ) : (
            <ul className="divide-y divide-line">
              {today.reasons.slice(0, MOST_REASONS).map(({ reason, ...against }) => (
                <Reason key={reason} reason={reason} against={against} since={since} />
              ))}
            </ul>
          )}
        </Card>
      </Section>
    </>
  );
}

type CountProps = { against: Against; word: "succeeded" | "failed"; values: FilterValues };

function Count({ against, word, values }: CountProps) {
  const deviation = deviationWords(against);
  const Trend = deviation?.startsWith("less") ? TrendingDown : TrendingUp;
  return (
    <li className="flex flex-col gap-1 rounded-lg border border-line bg-raised px-4 py-3">
      <a
        href={filterHref(values)}
        className="self-start font-semibold text-xl tracking-tight underline-offset-4 hover:underline"
      >
        <span className="tabular-nums">{against.today.toLocaleString("en")}</span>{" "}
        <span className={word === "failed" ? "text-failure" : "text-success"}>{word}</span>
      </a>
      <p className="flex min-h-5 flex-wrap items-center gap-x-3 gap-y-1 text-muted text-sm max-sm:flex-col max-sm:items-start">
        {usualWords(against)}
        {deviation && (
          <span className="flex items-center gap-1.5 font-medium text-warning">
            <Trend className="size-4 shrink-0" />
            {deviation}
          </span>
        )}
      </p>
    </li>
  );
}

type ReasonProps = { reason: string; against: Against; since: FilterValues };

function Reason({ reason, against, since }: ReasonProps) {
  const deviation = deviationWords(against);
  return (
    <li className="flex min-h-11 gap-3 px-4 py-2.5 text-sm">
      {/* As wide as the reasons of a day are many: the words begin at one line. */}
      <span className="min-w-8 text-right font-medium tabular-nums">{against.today.toLocaleString("en")}</span>
      <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 gap-y-0.5">
        <a
          href={filterHref({ failureReason: reason, ...since })}
          className="min-w-0 font-medium underline-offset-4 hover:underline max-sm:basis-full"
        >
          {reasonWords(reason)}
        </a>
        <span className="text-muted">{usualWords(against)}</span>
        {deviation && <span className="font-medium text-warning">{deviation}</span>}
      </div>
    </li>
  );
}

/** As high as what is coming. */
function Placeholder() {
  return (
    <div className="flex flex-col gap-6" aria-hidden="true">
      <div className="grid gap-4 md:grid-cols-2">
        <Skeleton className="h-22" />
        <Skeleton className="h-22" />
      </div>
      <Card>
        <SkeletonRows rows={4} height="h-11" />
      </Card>
    </div>
  );
}
