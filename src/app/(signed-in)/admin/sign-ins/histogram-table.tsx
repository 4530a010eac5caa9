/** The histogram as numbers, for those who would rather read them. Bars of nothing are left out. */
import { type Bucket, bucketLengths } from "@/audit/buckets";
import type { Bar } from "@/audit/history-summary";
import { formatDate, formatMinute } from "@/ui/format-time";

export function HistogramTable({ bars, bucket }: { bars: readonly Bar[]; bucket: Bucket }) {
  const some = bars.filter(({ success, failure }) => success + failure > 0);
  const format = bucketLengths[bucket] >= bucketLengths.day ? formatDate : formatMinute;
  if (some.length === 0) return <p className="text-muted text-sm">Nothing in this range.</p>;
  return (
    // The focus can stand on what scrolls, so that keys can scroll it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section aria-label="Sign-ins over time, as a table" tabIndex={0} className="max-h-60 overflow-y-auto">
      <table className="w-full text-sm tabular-nums">
        <thead>
          <tr className="text-left text-muted text-xs">
            <th scope="col" className="py-1 font-medium">
              From (UTC)
            </th>
            <th scope="col" className="py-1 text-right font-medium">
              Succeeded
            </th>
            <th scope="col" className="py-1 text-right font-medium">
              Failed
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {some.map(({ startsAt, success, failure }) => (
            <tr key={startsAt.getTime()}>
              <td className="py-1">
                <time dateTime={startsAt.toISOString()}>{format(startsAt)}</time>
              </td>
              <td className="py-1 text-right">{success.toLocaleString("en")}</td>
              <td className="py-1 text-right">{failure.toLocaleString("en")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
