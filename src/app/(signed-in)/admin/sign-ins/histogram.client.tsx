"use client";
/**
 * Successes and failures over time, as bars that can be read, and dragged over to look closer. With the keyboard it is
 * one stop: arrows read the bars, Shift and arrows choose, Enter looks closer.
 */
import { Table2, ZoomOut } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useId, useRef, useState } from "react";
import { QueryProblem } from "@/app/_shell/query-problem";
import type { FilterValues } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import {
  barWords,
  heightsOf,
  mostOf,
  rangeWords,
  scaleWords,
  stretch,
  zoomOut,
  zoomTo,
} from "@/app/(signed-in)/admin/sign-ins/histogram";
import { HistogramTable } from "@/app/(signed-in)/admin/sign-ins/histogram-table";
import { type View, viewHref } from "@/app/(signed-in)/admin/sign-ins/view";
import type { SignInFilter } from "@/audit/history";
import { trpc } from "@/trpc/hooks.client";
import { Button, buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";
import { Skeleton } from "@/ui/skeleton";

const HEIGHT = 72;
/** Of a bar and the gap after it, in units of the drawing, which stretches to the width there is. */
const STEP = 10;

type HistogramProps = { values: FilterValues; filter: SignInFilter; view: View };

export function Histogram({ values, filter, view }: HistogramProps) {
  const query = trpc.signIns.stats.useQuery({ filter });
  const [chosen, setChosen] = useState<{ from: number; to: number } | null>(null);
  const [asTable, setAsTable] = useState(false);
  const dragging = useRef(false);
  const drawing = useRef<SVGSVGElement>(null);
  const id = useId();
  const stats = query.data;
  if (!stats) {
    return (
      <>
        <QueryProblem query={query} what="the histogram" retry={() => void query.refetch()} />
        {query.isPending && <Skeleton className="h-28 w-full" />}
      </>
    );
  }
  const { bars, bucket, from, to } = stats;
  const most = mostOf(bars);
  const selected = chosen && stretch(chosen.from, chosen.to);
  const read = chosen === null ? undefined : bars[chosen.to];

  function zoom() {
    if (selected) window.location.assign(viewHref(zoomTo(values, bars, bucket, selected), view));
  }

  function barAt(event: PointerEvent): number {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const index = Math.floor(((event.clientX - left) / width) * bars.length);
    return Math.min(Math.max(index, 0), bars.length - 1);
  }

  function keyDown(event: KeyboardEvent) {
    const at = chosen?.to ?? bars.length - 1;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      const next = Math.min(Math.max(chosen ? at + step : at, 0), bars.length - 1);
      setChosen({ from: event.shiftKey && chosen ? chosen.from : next, to: next });
    } else if (event.key === "Enter") zoom();
    else if (event.key === "Escape" && chosen) setChosen(null);
    else return;
    event.preventDefault();
  }

  return (
    <Card className="flex flex-col gap-2 p-3">
      <div className="flex flex-wrap items-center justify-between gap-2 text-muted text-xs">
        <p id={`${id}-range`}>{rangeWords(from, to, bucket)}</p>
        <div className="flex gap-2">
          {values.from && (
            <a href={viewHref(zoomOut(values, from, to, new Date()), view)} className={buttonClass({ size: "small" })}>
              <ZoomOut className="size-4" />
              Zoom out
            </a>
          )}
          <Button size="small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            <Table2 className="size-4" />
            As table
          </Button>
        </div>
      </div>
      {asTable ? (
        <HistogramTable bars={bars} bucket={bucket} />
      ) : (
        <div
          role="slider"
          tabIndex={0}
          aria-label="Sign-ins over time"
          aria-describedby={`${id}-range`}
          aria-valuemin={0}
          aria-valuemax={bars.length - 1}
          aria-valuenow={chosen?.to ?? bars.length - 1}
          aria-valuetext={read ? barWords(read, bucket) : "Arrows read the bars"}
          onKeyDown={keyDown}
          className="rounded-sm focus-visible:outline-2 focus-visible:outline-offset-2"
        >
          <svg
            ref={drawing}
            aria-hidden="true"
            viewBox={`0 0 ${bars.length * STEP} ${HEIGHT}`}
            preserveAspectRatio="none"
            className="h-18 w-full cursor-crosshair touch-pan-y select-none"
            onPointerDown={(event) => {
              dragging.current = true;
              event.currentTarget.setPointerCapture(event.pointerId);
              setChosen({ from: barAt(event), to: barAt(event) });
            }}
            onPointerMove={(event) => {
              if (dragging.current) setChosen((last) => last && { from: last.from, to: barAt(event) });
            }}
            onPointerUp={() => {
              dragging.current = false;
              zoom();
            }}
            onPointerCancel={() => {
              dragging.current = false;
              setChosen(null);
            }}
          >
            <defs>
              <pattern id={`${id}-hatch`} width="4" height="4" patternUnits="userSpaceOnUse">
                <rect width="4" height="4" className="fill-failure-soft" />
                <path d="M0 4 4 0" className="stroke-failure" strokeWidth="1.5" />
              </pattern>
            </defs>
            {selected && (
              <rect
                x={selected.first * STEP}
                width={(selected.last - selected.first + 1) * STEP}
                height={HEIGHT}
                className="fill-accent-soft"
              />
            )}
            {bars.map((bar, index) => {
              const { success, failure } = heightsOf(bar, most, HEIGHT - 2);
              const x = index * STEP + 1;
              return (
                <g key={bar.startsAt.getTime()}>
                  <rect x={x} y={HEIGHT - failure} width={STEP - 2} height={failure} fill={`url(#${id}-hatch)`} />
                  <rect x={x} y={HEIGHT - failure - success} width={STEP - 2} height={success} className="fill-bar" />
                </g>
              );
            })}
            <path d={`M0 ${HEIGHT - 0.5} H${bars.length * STEP}`} className="stroke-line" />
          </svg>
        </div>
      )}
      <p className="min-h-4 text-muted text-xs tabular-nums" aria-hidden="true">
        {read ? barWords(read, bucket) : scaleWords(bars)}
      </p>
    </Card>
  );
}
