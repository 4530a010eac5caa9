/** The rows of the history: a table where there is room, two-line entries below 768 px. */
import clsx from "clsx";
import { X } from "lucide-react";
import { methodWords } from "@/app/_words/methods";
import { reasonWords } from "@/app/_words/reasons";
import { type FilterValues, filterHref } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import type { SignIn } from "@/audit/history";
import { Outcome } from "@/ui/outcome";
import { Table, TableCell } from "@/ui/table";
import { Time } from "@/ui/time";

type SignInTableProps = { items: SignIn[]; values: FilterValues };

const columns = [
  { name: "Time (UTC)", width: "md:w-28 xl:w-44" },
  { name: "Result", width: "md:w-28 xl:w-32" },
  { name: "Who", width: "" },
  { name: "How", width: "md:w-[12.5%]" },
  { name: "From", width: "md:w-[16%] xl:w-[24%]" },
  { name: "Reason", width: "md:w-[16%] xl:w-[17%]" },
];

export function SignInTable({ items, values }: SignInTableProps) {
  return (
    <Table caption="Sign-ins, newest first. Times are in UTC." columns={columns}>
      {items.map((item) => (
        <SignInRow key={item.id} item={item} values={values} />
      ))}
    </Table>
  );
}

/** A row as a two-line entry: who and the result, then (after a full-width break) when, how and from where. */
const entryClass =
  "max-md:flex max-md:flex-wrap max-md:items-center max-md:gap-x-1.5 max-md:px-4 max-md:py-2 " +
  "max-md:after:order-2 max-md:after:basis-full max-md:after:content-['']";
const detailClass = "max-md:text-muted max-md:text-xs/6";
const separatedClass = "max-md:after:ml-1.5 max-md:after:content-['·']";
const besideClass = "max-md:order-2 max-md:ml-auto max-[22.5rem]:ml-0";

/** Whole lines high (24 px), so that a finger can hit them. */
const linkClass = "inline-block rounded-sm decoration-control underline-offset-2 hover:underline";

function SignInRow({ item, values }: { item: SignIn; values: FilterValues }) {
  const who = item.email ?? item.claimedEmail;
  return (
    <tr className={clsx("hover:bg-hover", entryClass)}>
      <TableCell height="compact" className={clsx("max-md:order-3", detailClass, separatedClass)}>
        <Time at={item.occurredAt} className="md:max-xl:whitespace-normal" />
      </TableCell>
      <TableCell height="compact" className={clsx(besideClass, item.failureReason && "max-md:sr-only")}>
        <Outcome status={item.status}>{item.status === "success" ? "Succeeded" : "Failed"}</Outcome>
      </TableCell>
      <TableCell height="compact" className="font-medium max-md:order-1">
        {who ? (
          <a href={filterHref({ ...values, email: who })} className={linkClass}>
            {who}
          </a>
        ) : (
          <span className="font-normal text-muted">nobody named</span>
        )}
      </TableCell>
      <TableCell height="compact" className={clsx("max-md:order-4", detailClass, separatedClass)}>
        {methodWords(item)}
      </TableCell>
      <TableCell height="compact" className={clsx("max-md:order-5", detailClass)}>
        {item.ip ? (
          <a href={filterHref({ ...values, ip: item.ip })} className={clsx(linkClass, "mr-3 tabular-nums")}>
            {item.ip}
          </a>
        ) : (
          <span className="mr-3 text-muted">unknown address</span>
        )}
        {item.device && <span className="inline-block text-muted max-xl:hidden">{item.device}</span>}
      </TableCell>
      {/* On small screens the reason stands in the result's place, with the icon and colour of a failure. */}
      <TableCell
        height="compact"
        className={clsx("max-md:font-medium max-md:text-failure max-md:empty:hidden", besideClass)}
      >
        {item.failureReason && (
          <span className="max-md:flex max-md:items-center max-md:gap-1.5">
            <X className="size-4 shrink-0 md:hidden" strokeWidth={2.5} />
            {reasonWords(item.failureReason)}
          </span>
        )}
      </TableCell>
    </tr>
  );
}
