/** /account: who the visitor is here, what they belong to, and how they are signed in right now. */
import type { Metadata } from "next";
import { methodNames, providerName } from "@/app/_words/methods";
import { Appearance } from "@/app/(signed-in)/account/appearance";
import { NameForm } from "@/app/(signed-in)/account/name-form.client";
import { providerNames } from "@/auth/providers/offered.server";
import { requireSession } from "@/auth/session.server";
import { Badge } from "@/ui/badge";
import { Card, Facts, Section } from "@/ui/card";
import { PageHeader } from "@/ui/page-header";
import { Time } from "@/ui/time";

export const metadata: Metadata = { title: "Profile" };

const instanceRoles = { admin: "Admin of this Gatebook", auditor: "Auditor of this Gatebook" };

export default async function AccountPage() {
  const { user, memberships, authMethod, provider, expires } = await requireSession("/account");
  const method = authMethod === "sso" ? providerName(provider, providerNames()) : methodNames[authMethod];
  return (
    <div className="flex max-w-3xl flex-col gap-8">
      <PageHeader title="Profile" />
      <Section id="you" title="You">
        <Card>
          <Facts
            facts={[
              { name: "Email", value: user.email },
              ...(user.instanceRole ? [{ name: "Role", value: instanceRoles[user.instanceRole] }] : []),
            ]}
          />
          <div className="border-line border-t">
            <NameForm name={user.name} />
          </div>
        </Card>
      </Section>
      <Section id="organizations" title="Organizations">
        <Card>
          {memberships.length > 0 ? (
            <ul className="divide-y divide-line text-sm">
              {memberships.map(({ organizationId, name, role }) => (
                <li key={organizationId} className="flex flex-wrap items-center justify-between gap-2 px-4 py-3">
                  <span className="[overflow-wrap:anywhere]">{name}</span>
                  <Badge>{role}</Badge>
                </li>
              ))}
            </ul>
          ) : (
            <p className="px-4 py-3 text-muted text-sm">You don't belong to an organization.</p>
          )}
        </Card>
      </Section>
      <Section id="session" title="This session">
        <Card>
          <Facts
            facts={[
              { name: "Signed in with", value: method },
              {
                name: "Ends at the latest",
                value: (
                  <>
                    <Time at={new Date(expires)} to="minute" /> UTC
                  </>
                ),
              },
            ]}
          />
        </Card>
      </Section>
      <Appearance />
    </div>
  );
}
