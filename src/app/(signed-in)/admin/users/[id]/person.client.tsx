"use client";
/** One person: the facts come with the page, and are asked for again after each act. */
import { QueryProblem } from "@/app/_shell/query-problem";
import { providerName } from "@/app/_words/methods";
import { filterHref } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { Acts } from "@/app/(signed-in)/admin/users/[id]/acts.client";
import { PersonSessions } from "@/app/(signed-in)/admin/users/[id]/person-sessions";
import { LastSignIn } from "@/app/(signed-in)/admin/users/last-sign-in";
import { UserStatus } from "@/app/(signed-in)/admin/users/user-status";
import { usersHref } from "@/app/(signed-in)/admin/users/user-words";
import { type RouterOutputs, trpc } from "@/trpc/hooks.client";
import { Badge } from "@/ui/badge";
import { buttonClass } from "@/ui/button";
import { Card, Facts, Section } from "@/ui/card";
import { PageHeader } from "@/ui/page-header";
import { Time } from "@/ui/time";

export type PersonDetails = RouterOutputs["users"]["get"];

/** @param own whether it is the visitor */
export function PersonPage({ loaded, own }: { loaded: PersonDetails; own: boolean }) {
  const query = trpc.users.get.useQuery({ userId: loaded.id }, { initialData: loaded });
  const person = query.data;
  const { email, name, account } = person;
  return (
    <div className="flex max-w-3xl flex-col gap-8">
      <PageHeader
        title={name ?? email}
        actions={
          <>
            <a href={usersHref("")} className={buttonClass({ size: "small" })}>
              All users
            </a>
            <a href={filterHref({ userId: person.id })} className={buttonClass({ size: "small" })}>
              Their sign-ins
            </a>
          </>
        }
      >
        {name && <span className="[overflow-wrap:anywhere]">{email}</span>}
      </PageHeader>
      <QueryProblem query={query} what="this person" retry={() => void query.refetch()} />
      <Section id="access" title="Access">
        <Card>
          <Facts facts={accessFacts(person)} />
          <Acts person={person} own={own} />
        </Card>
      </Section>
      <Section id="organizations" title="Organizations">
        <Card>
          <Memberships person={person} />
        </Card>
      </Section>
      {account && (
        <>
          <Section id="ways-in" title="Ways to sign in">
            <Card>
              <Facts facts={waysIn(account)} />
            </Card>
          </Section>
          <Section id="sessions" title="Sessions" hint="The browsers in which they are signed in now.">
            <PersonSessions sessions={account.sessions} />
          </Section>
        </>
      )}
    </div>
  );
}

function accessFacts(person: PersonDetails) {
  const { status, disabledAt, instanceRole, createdAt } = person;
  return [
    {
      name: "Status",
      value: (
        <span className="flex flex-wrap items-center gap-x-2">
          <UserStatus status={status} />{" "}
          {disabledAt && (
            <span className="text-muted">
              since <Time at={disabledAt} to="minute" />
            </span>
          )}
        </span>
      ),
    },
    ...(instanceRole ? [{ name: "Role", value: `${instanceRole} of this Gatebook` }] : []),
    { name: "Last sign-in", value: <LastSignIn person={person} /> },
    { name: "Created", value: <Time at={createdAt} to="minute" /> },
  ];
}

function Memberships({ person: { memberships } }: { person: PersonDetails }) {
  if (memberships.length === 0) return <p className="px-4 py-3 text-muted text-sm">They belong to no organization.</p>;
  return (
    <ul className="divide-y divide-line text-sm">
      {memberships.map(({ organizationId, name, role }) => (
        <li key={organizationId} className="flex flex-wrap items-center justify-between gap-2 px-4 py-3">
          <span className="[overflow-wrap:anywhere]">{name}</span>
          <Badge>{role}</Badge>
        </li>
      ))}
    </ul>
  );
}

function waysIn({ password, providers }: NonNullable<PersonDetails["account"]>) {
  const changed = password?.changedAt;
  return [
    {
      name: "Password",
      value: changed ? (
        <>
          Changed <Time at={changed} to="minute" />
        </>
      ) : (
        <span className={password ? undefined : "text-muted"}>{password ? "Set" : "not set"}</span>
      ),
    },
    ...providers.map(({ provider, addedAt, lastUsedAt }) => ({
      name: providerName(provider),
      value: (
        <>
          Linked <Time at={addedAt} to="minute" />
          {lastUsedAt && (
            <>
              , last used <Time at={lastUsedAt} to="minute" />
            </>
          )}
        </>
      ),
    })),
  ];
}
