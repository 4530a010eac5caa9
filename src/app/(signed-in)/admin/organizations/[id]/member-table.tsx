/** The rows of an organization's members: a table where there is room, entries below 768 px. */
import clsx from "clsx";
import { LastSignIn } from "@/app/(signed-in)/admin/users/last-sign-in";
import { UserStatus } from "@/app/(signed-in)/admin/users/user-status";
import { userHref } from "@/app/(signed-in)/admin/users/user-words";
import type { Role } from "@/directory/roles";
import type { RouterOutputs } from "@/trpc/hooks.client";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { entryClass, Table, TableCell } from "@/ui/table";

type Member = RouterOutputs["organizations"]["members"]["list"]["items"][number];

type MemberTableProps = {
  members: Member[];
  visitorId: string;
  grantableRoles: readonly Role[];
  ask: (act: "role" | "remove", member: Member) => void;
};

const columns = [
  { name: "Who", width: "" },
  { name: "Status", width: "md:w-32 xl:w-44" },
  { name: "Role", width: "md:w-24" },
  { name: "Last sign-in (UTC)", width: "md:w-[20%] xl:w-[24%]" },
  { name: "What can be done", width: "md:w-36 xl:w-60" },
];

export function MemberTable({ members, ...rest }: MemberTableProps) {
  return (
    <Table caption="Members by email. Times are in UTC." columns={columns}>
      {members.map((member) => (
        <MemberRow key={member.id} member={member} {...rest} />
      ))}
    </Table>
  );
}

function MemberRow({ member, visitorId, grantableRoles, ask }: Omit<MemberTableProps, "members"> & { member: Member }) {
  const { id, email, name, status, role } = member;
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
      <TableCell>
        <Badge tone={role === "owner" ? "accent" : "neutral"}>{role}</Badge>
        {id === visitorId && <span className="ml-2 text-muted text-xs">you</span>}
      </TableCell>
      <TableCell className="max-md:text-xs/6">
        <LastSignIn person={member} />
      </TableCell>
      <TableCell className="max-md:basis-full max-md:pt-1">
        {grantableRoles.includes(role) ? (
          <span className="flex flex-wrap gap-2 scripting-none:hidden">
            <Button size="small" onClick={() => ask("role", member)}>
              Change role<span className="sr-only"> of {email}</span>
            </Button>
            <Button size="small" onClick={() => ask("remove", member)}>
              Remove<span className="sr-only"> {email}</span>
            </Button>
          </span>
        ) : (
          <span className="text-muted max-md:hidden">an owner's to change</span>
        )}
      </TableCell>
    </tr>
  );
}
