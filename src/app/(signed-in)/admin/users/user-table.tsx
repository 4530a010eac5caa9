/** The rows of the directory: a table where there is room, two-line entries below 768 px. */
import clsx from "clsx";
import type { ReactNode } from "react";
import { LastSignIn } from "@/app/(signed-in)/admin/users/last-sign-in";
import { UserStatus } from "@/app/(signed-in)/admin/users/user-status";
import { roleWords, sessionWords, userHref } from "@/app/(signed-in)/admin/users/user-words";
import type { RouterOutputs } from "@/trpc/hooks.client";

type Person = RouterOutputs["users"]["list"]["items"][number];

const columns = [
  { name: "Who", width: "" },
  { name: "Status", width: "md:w-32 xl:w-44" },
  { name: "Role", width: "md:w-[20%]" },
  { name: "Last sign-in (UTC)", width: "md:w-[24%]" },
  { name: "Sessions", width: "md:w-28" },
];

export function UserTable({ people }: { people: Person[] }) {
  return (
    <table className="w-full table-fixed text-sm max-md:block">
      <caption className="sr-only">Users by email. Times are in UTC.</caption>
      <thead className="max-md:sr-only">
        <tr className="border-line border-b bg-sunken text-left text-muted text-xs">
          {columns.map(({ name, width }) => (
            <th key={name} scope="col" className={clsx("px-2 py-2 font-medium xl:px-3 first:pl-4 last:pr-4", width)}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="divide-y divide-line max-md:block">
        {people.map((person) => (
          <UserRow key={person.id} person={person} />
        ))}
      </tbody>
    </table>
  );
}

function Cell({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <td
      className={clsx(
        "align-top leading-6 [overflow-wrap:anywhere] md:px-2 xl:px-3 md:py-2 md:first:pl-4 md:last:pr-4",
        className,
      )}
    >
      {children}
    </td>
  );
}

/** A row as an entry: who and whether they get in, then (after a full-width break) their roles and when they last did. */
const entryClass =
  "max-md:flex max-md:flex-wrap max-md:items-start max-md:gap-x-3 max-md:px-4 max-md:py-2 " +
  "max-md:[&>td:nth-child(-n+2)]:-order-2 max-md:before:-order-1 max-md:before:basis-full max-md:before:content-['']";

function UserRow({ person }: { person: Person }) {
  const { id, email, name, status, liveSessions } = person;
  const roles = roleWords(person);
  return (
    <tr className={clsx("hover:bg-hover", entryClass)}>
      <Cell className="max-md:flex-1">
        <a
          href={userHref(id)}
          className="block w-fit rounded-sm font-medium text-accent underline-offset-2 hover:underline"
        >
          {name ?? email}
        </a>
        {name && <span className="block text-muted max-md:text-xs/6">{email}</span>}
      </Cell>
      <Cell>
        <UserStatus status={status} />
      </Cell>
      <Cell className="text-muted max-md:text-xs/6">
        {roles.length > 0 ? roles.map((words) => <Line key={words}>{words}</Line>) : "no role"}
      </Cell>
      <Cell className="max-md:text-xs/6">
        <LastSignIn person={person} />
      </Cell>
      <Cell className="text-muted max-md:sr-only">
        {liveSessions === null ? (
          <span title="Not yours to administer">not shown</span>
        ) : (
          <span className="tabular-nums">
            {liveSessions}
            <span className="sr-only">{sessionWords(liveSessions).replace(/^\d+/, "")}</span>
          </span>
        )}
      </Cell>
    </tr>
  );
}

const Line = ({ children }: { children: string }) => (
  <span className="block max-md:inline max-md:not-last:after:content-[',_']">{children}</span>
);
