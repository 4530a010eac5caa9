/** The filter of the book as a plain form. */
import { ChevronDown, Search } from "lucide-react";
import { actWords } from "@/app/_words/changes";
import { type AuditKey, type AuditValues, auditHref } from "@/app/(signed-in)/admin/audit/audit-filter";
import { targetTypes } from "@/audit/audit-log";
import { actions } from "@/audit/catalogue";
import { Button, buttonClass } from "@/ui/button";
import { Field, SelectField } from "@/ui/field";

type AuditFilterFormProps = { values: AuditValues; problems: Partial<Record<AuditKey, string>> };

type Option = { value: string; label: string };

const choices: { key: AuditKey; label: string; options: Option[] }[] = [
  {
    key: "action",
    label: "Action",
    options: actions
      .map((action) => ({ value: action, label: actWords(action) }))
      .sort((one, other) => one.label.localeCompare(other.label, "en")),
  },
  {
    key: "status",
    label: "Result",
    options: [
      { value: "success", label: "Succeeded" },
      { value: "failure", label: "Failed" },
    ],
  },
  { key: "targetType", label: "Kind of target", options: targetTypes.map((type) => ({ value: type, label: type })) },
];

const texts: [key: AuditKey, label: string][] = [
  ["actorId", "Who, by id"],
  ["targetId", "Target, by id"],
  ["requestId", "Request"],
  ["sessionId", "Session"],
  ["ip", "Address or CIDR"],
  ["from", "From"],
  ["to", "Until, inclusive"],
];

export function AuditFilterForm({ values, problems }: AuditFilterFormProps) {
  const set = Object.keys(values).length;
  return (
    <details className="group rounded-lg border border-line bg-sunken" open={set > 0}>
      <summary className="flex min-h-11 list-none items-center gap-2 px-4 font-medium text-sm">
        <Search className="size-4" />
        {set === 0 ? "Filters" : `Filters (${set})`}
        <ChevronDown className="ml-auto size-4 group-open:rotate-180" />
      </summary>
      <form method="get" action="/admin/audit" aria-label="Filter the book" className="p-4 pt-1">
        <div className="grid items-start gap-x-4 gap-y-3 sm:grid-cols-2 md:grid-cols-4">
          {choices.map(({ key, label, options }) => (
            <SelectField
              key={key}
              id={`filter-${key}`}
              name={key}
              label={label}
              height="small"
              problem={problems[key]}
              defaultValue={values[key] ?? ""}
            >
              <option value="">Any</option>
              {withCurrent(options, values[key]).map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </SelectField>
          ))}
          {texts.map(([key, label]) => (
            <Field
              key={key}
              id={`filter-${key}`}
              name={key}
              label={label}
              height="small"
              autoCapitalize="none"
              spellCheck={false}
              problem={problems[key]}
              defaultValue={values[key]}
            />
          ))}
        </div>
        <div className="mt-4 flex gap-2">
          <Button type="submit" weight="primary" size="small">
            Filter
          </Button>
          {set > 0 && (
            <a href={auditHref({})} className={buttonClass({ weight: "quiet", size: "small" })}>
              Clear all
            </a>
          )}
        </div>
      </form>
    </details>
  );
}

/** What the address holds where that is none of the options: several values, or a mistake. */
function withCurrent(options: Option[], current: string | undefined): Option[] {
  if (current === undefined || options.some(({ value }) => value === current)) return options;
  return [...options, { value: current, label: current.split(",").join(" or ") }];
}
