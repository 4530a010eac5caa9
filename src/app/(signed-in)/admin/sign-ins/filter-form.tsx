/** The filter as a plain form: it sends itself to the address, and what is set can be taken away part by part. */
import { ChevronDown, ListChecks, X } from "lucide-react";
import { methodNames, providerIds, providerName } from "@/app/_words/methods";
import { reasonWords } from "@/app/_words/reasons";
import { describeFilter, type FilterKey, type FilterValues } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { type View, viewHref, viewParams } from "@/app/(signed-in)/admin/sign-ins/view";
import { failureReasons } from "@/audit/reasons";
import { Button, buttonClass } from "@/ui/button";
import { Field, SelectField } from "@/ui/field";

type FilterFormProps = { values: FilterValues; problems: Partial<Record<FilterKey, string>>; view: View };

type Option = { value: string; label: string };

/** The options of a field, and what the address holds where that is none of them: several values, or a mistake. */
function withCurrent(options: Option[], current: string | undefined, words: (value: string) => string): Option[] {
  if (current === undefined || options.some(({ value }) => value === current)) return options;
  return [...options, { value: current, label: current.split(",").map(words).join(" or ") }];
}

const choices: { key: FilterKey; label: string; options: Option[]; words: (value: string) => string }[] = [
  {
    key: "status",
    label: "Result",
    options: [
      { value: "success", label: "Succeeded" },
      { value: "failure", label: "Failed" },
    ],
    words: (value) => value,
  },
  {
    key: "authMethod",
    label: "Method",
    options: Object.entries(methodNames).map(([value, label]) => ({ value, label })),
    words: (value) => Object.entries(methodNames).find(([method]) => method === value)?.[1] ?? value,
  },
  {
    key: "provider",
    label: "Provider",
    options: providerIds.map((value) => ({ value, label: providerName(value) })),
    words: providerName,
  },
  {
    key: "failureReason",
    label: "Reason",
    options: failureReasons
      .map((value) => ({ value, label: reasonWords(value) }))
      .sort((one, other) => one.label.localeCompare(other.label, "en")),
    words: reasonWords,
  },
];

/** Keys that links set and no field shows: they travel along hidden, and stand in the list of what is set. */
const linkedKeys = ["signal", "userId", "organizationId", "requestId", "sessionId"] as const;

export function FilterForm({ values, problems, view }: FilterFormProps) {
  const parts = describeFilter(values);
  const inForm = (key: FilterKey) => ({
    id: `filter-${key}`,
    name: key,
    problem: problems[key],
    height: "small" as const,
  });
  /** A date has a picker; a time, or something that is neither, stays as it was typed. */
  const dateType = (value: string | undefined) => (!value || /^\d{4}-\d{2}-\d{2}$/.test(value) ? "date" : "text");

  return (
    <details className="group rounded-lg border border-line bg-sunken" open={Object.keys(problems).length > 0}>
      <summary className="flex min-h-11 list-none items-center gap-2 px-4 font-medium text-sm">
        <ListChecks className="size-4" />
        {parts.length === 0 ? "All fields" : `All fields (${parts.length} set)`}
        <ChevronDown className="ml-auto size-4 group-open:rotate-180" />
      </summary>
      <form method="get" action="/admin/sign-ins" aria-label="Filter by field" className="p-4 max-md:pt-1">
        {viewParams(view).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {linkedKeys.map((key) => values[key] && <input key={key} type="hidden" name={key} value={values[key]} />)}
        <div className="grid items-start gap-x-4 gap-y-3 sm:grid-cols-2 md:grid-cols-4">
          <Field
            {...inForm("email")}
            label="Email"
            inputMode="email"
            autoCapitalize="none"
            spellCheck={false}
            defaultValue={values.email}
          />
          {choices.map(({ key, label, options, words }) => (
            <SelectField key={key} {...inForm(key)} label={label} defaultValue={values[key] ?? ""}>
              <option value="">Any</option>
              {withCurrent(options, values[key], words).map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </SelectField>
          ))}
          <Field
            {...inForm("ip")}
            label="Address or CIDR"
            autoCapitalize="none"
            spellCheck={false}
            defaultValue={values.ip}
          />
          <Field {...inForm("from")} label="From" type={dateType(values.from)} defaultValue={values.from} />
          <Field {...inForm("to")} label="Until, inclusive" type={dateType(values.to)} defaultValue={values.to} />
        </div>
        <Button type="submit" weight="primary" size="small" className="mt-4 max-sm:w-full">
          Filter
        </Button>
      </form>
    </details>
  );
}

/** What is set, each part a link to the list without it. */
export function FilterParts({ values, view }: { values: FilterValues; view: View }) {
  const parts = describeFilter(values);
  if (parts.length === 0) return null;
  return (
    <ul aria-label="Filtered by" className="flex min-w-0 flex-wrap gap-2">
      {parts.map(({ key, label, words }) => (
        <li key={key} className="min-w-0">
          <a
            href={viewHref({ ...values, [key]: undefined }, view)}
            className="flex min-h-8 items-center gap-1.5 rounded-full border border-transparent bg-accent-soft px-3 text-accent text-sm hover:border-accent"
          >
            <span className="sr-only">Remove </span>
            <span className="[overflow-wrap:anywhere]">
              {label}: {words}
            </span>
            <X className="size-4 shrink-0" />
          </a>
        </li>
      ))}
      <li>
        <a href={viewHref({}, view)} className={buttonClass({ weight: "quiet", size: "small" })}>
          Clear all
        </a>
      </li>
    </ul>
  );
}
