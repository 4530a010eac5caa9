/** The rows of the directory: a table where there is room, two-line entries below 768 px. */
import clsx from "clsx";
import { LastSignIn } from "@/app/(signed-in)/admin/users/last-sign-in";
import { UserStatus } from "@/app/(signed-in)/admin/users/user-status";
import { roleWords, sessionWords, userHref } from "@/app/(signed-in)/admin/users/user-words";
import type { RouterOutputs } from "@/trpc/hooks.client";
import { entryClass, Table, TableCell } from "@/ui/table";

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
    <Table caption="Users by email. Times are in UTC." columns={columns}>
      {people.map((person) => (
        <UserRow key={person.id} person={person} />
      ))}
    </Table>
  );
}

function UserRow({ person }: { person: Person }) {
  const { id, email, name, status, liveSessions } = person;
  const roles = roleWords(person);
  return (
    <tr className={clsx("hover:bg-hover", entryClass)}>
      <TableCell className="max-md:flex-1">
        <a
          href={userHref(id)}
          className="block w-fit rounded-sm font-medium text-accent underline-offset-2 hover:underline"
        >
          {name ?? email}
        </a>
        {name && <span className="block text-muted max-md:text-xs/6">{email}</span>}
      </TableCell>
      <TableCell>
        <UserStatus status={status} />
      </TableCell>
      <TableCell className="text-muted max-md:text-xs/6">
        {roles.length > 0 ? roles.map((words) => <Line key={words}>{words}</Line>) : "no role"}
      </TableCell>
      <TableCell className="max-md:text-xs/6">
        <LastSignIn person={person} />
      </TableCell>
      <TableCell className="text-muted max-md:sr-only">
        {liveSessions === null ? (
          <span title="Not yours to administer">not shown</span>
        ) : (
          <span className="tabular-nums">
            {liveSessions}
            <span className="sr-only">{sessionWords(liveSessions).replace(/^\d+/, "")}</span>
          </span>
        )}
      </TableCell>
    </tr>
  );
}

const Line = ({ children }: { children: string }) => (
  <span className="block max-md:inline max-md:not-last:after:content-[',_']">{children}</span>
);
