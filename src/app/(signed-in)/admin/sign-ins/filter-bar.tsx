/**
 * One line to type or paste a filter into, as a plain form: `status:failure`, an address, an id. What is set stands beside
 * it, each part to be taken away; as text, the whole of it can be edited at once.
 */
import clsx from "clsx";
import { Search } from "lucide-react";
import { methodNames, providerIds } from "@/app/_words/methods";
import { writeText } from "@/app/(signed-in)/admin/sign-ins/filter-text";
import { type FilterValues, filterKeys } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { type View, viewHref, viewParams } from "@/app/(signed-in)/admin/sign-ins/view";
import { failureReasons } from "@/audit/reasons";
import { Button, buttonClass } from "@/ui/button";
import { Field } from "@/ui/field";

/** What the browser offers while somebody types. */
const COMPLETIONS = [
  "status:failure",
  "status:success",
  ...Object.keys(methodNames).map((method) => `method:${method}`),
  ...providerIds.map((provider) => `provider:${provider}`),
  ...failureReasons.map((reason) => `reason:${reason}`),
  "ip:",
  "email:",
  "user:",
  "request:",
  "session:",
  "from:",
  "until:",
];

/** In line with the control, below its label and whatever stands beneath it; as high as it is. */
const besideField = "sm:mt-6.5 sm:max-md:min-h-11 md:min-h-9";

type FilterBarProps = {
  values: FilterValues;
  view: View;
  /** Whether the line holds the whole filter, and not what is added to it. */
  asText: boolean;
  /** What was typed and is no part of a filter. */
  unread: readonly string[];
};

export function FilterBar({ values, view, asText, unread }: FilterBarProps) {
  const problem =
    unread.length > 0
      ? `${unread.join(" ")} can't be read. Write it as key:value, or paste an address, a range or an id.`
      : undefined;
  return (
    <form method="get" action="/admin/sign-ins" aria-label="Filter the sign-ins" className="flex flex-col">
      {viewParams(view).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {!asText &&
        filterKeys.map((key) => values[key] && <input key={key} type="hidden" name={key} value={values[key]} />)}
      <div className="flex flex-wrap items-start gap-2">
        <div className="min-w-60 flex-1 max-sm:basis-full">
          <Field
            id="filter-line"
            name="q"
            label={asText ? "The whole filter as text" : "Filter or paste an address, a range, an id"}
            list="filter-completions"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            height="small"
            maxLength={2000}
            defaultValue={[asText ? writeText(values) : "", ...unread].filter(Boolean).join(" ")}
            problem={problem}
          />
          <datalist id="filter-completions">
            {COMPLETIONS.map((completion) => (
              <option key={completion} value={completion} />
            ))}
          </datalist>
        </div>
        <Button type="submit" size="small" weight="primary" className={besideField}>
          <Search className="size-4" />
          {asText ? "Apply" : "Add"}
        </Button>
        <a
          href={asText ? viewHref(values, view) : `${viewHref(values, view)}${textSuffix(values, view)}`}
          className={clsx(buttonClass({ size: "small", weight: "quiet" }), besideField)}
        >
          {asText ? "As parts" : "Text"}
        </a>
      </div>
    </form>
  );
}

function textSuffix(values: FilterValues, view: View): string {
  return viewHref(values, view).includes("?") ? "&text=1" : "?text=1";
}
