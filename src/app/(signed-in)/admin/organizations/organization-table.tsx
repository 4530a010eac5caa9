/** The rows of the organizations: a table where there is room, entries below 768 px. */
import clsx from "clsx";
import { memberWords, organizationHref, policyWords } from "@/app/(signed-in)/admin/organizations/organization-words";
import type { RouterOutputs } from "@/trpc/hooks.client";
import { entryClass, Table, TableCell } from "@/ui/table";

type Organization = RouterOutputs["organizations"]["list"]["items"][number];

const columns = [
  { name: "Organization", width: "" },
  { name: "Members", width: "md:w-[22%]" },
  { name: "Domains", width: "md:w-[24%]" },
  { name: "Sign-in", width: "md:w-[24%]" },
];

export function OrganizationTable({ organizations }: { organizations: Organization[] }) {
  return (
    <Table caption="Organizations by slug" columns={columns}>
      {organizations.map((organization) => (
        <OrganizationRow key={organization.id} organization={organization} />
      ))}
    </Table>
  );
}

function OrganizationRow({ organization }: { organization: Organization }) {
  const { id, name, slug, members, owners, domains } = organization;
  return (
    <tr className={clsx("hover:bg-hover", entryClass)}>
      <TableCell className="max-md:flex-1">
        <a
          href={organizationHref(id)}
          className="block w-fit rounded-sm font-medium text-accent underline-offset-2 hover:underline"
        >
          {name}
        </a>
        <span className="block text-muted max-md:text-xs/6">{slug}</span>
      </TableCell>
      <TableCell className="tabular-nums max-md:text-xs/6">
        {memberWords(members)}
        {owners === 0 && <span className="block font-medium text-warning">no owner</span>}
      </TableCell>
      <TableCell className={clsx("text-muted max-md:text-xs/6", domains.length === 0 && "max-md:hidden")}>
        {domains.length > 0 ? domains.join(", ") : "none"}
      </TableCell>
      <TableCell className="text-muted max-md:text-xs/6">{policyWords(organization)}</TableCell>
    </tr>
  );
}
