"use client";
/** One person: the facts come with the page, and are asked for again after each act. */
import { QueryProblem } from "@/app/_shell/query-problem";
import { providerName } from "@/app/_words/methods";
import { filterHref } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { Acts } from "@/app/(signed-in)/admin/users/[id]/acts.client";
import { Memberships } from "@/app/(signed-in)/admin/users/[id]/memberships.client";
import { PersonChanges } from "@/app/(signed-in)/admin/users/[id]/person-changes.client";
import { PersonSessions } from "@/app/(signed-in)/admin/users/[id]/person-sessions";
import { PersonSignIns } from "@/app/(signed-in)/admin/users/[id]/person-sign-ins.client";
import { StandingForm } from "@/app/(signed-in)/admin/users/[id]/standing-form.client";
import { LastSignIn } from "@/app/(signed-in)/admin/users/last-sign-in";
import { UserStatus } from "@/app/(signed-in)/admin/users/user-status";
import { usersHref } from "@/app/(signed-in)/admin/users/user-words";
import type { GatebookSession } from "@/auth/session-shape";
import { type RouterOutputs, trpc } from "@/trpc/hooks.client";
import { buttonClass } from "@/ui/button";
import { Card, Facts, Section } from "@/ui/card";
import { PageHeader } from "@/ui/page-header";
import { Time } from "@/ui/time";

export type PersonDetails = RouterOutputs["users"]["get"];

/** Who looks at the page, with what they may do where. */
export type Visitor = Pick<GatebookSession, "user" | "memberships">;

export function PersonPage({ loaded, visitor }: { loaded: PersonDetails; visitor: Visitor }) {
  const query = trpc.users.get.useQuery({ userId: loaded.id }, { initialData: loaded });
  const person = query.data;
  const { email, name, account, administered } = person;
  const own = visitor.user.id === person.id;
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
        <Memberships person={person} visitor={visitor} />
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
      <Section
        id="sign-ins"
        title="Sign-ins"
        hint={
          <>
            The newest ten, failed ones included.{" "}
            <a href={filterHref({ userId: person.id })} className="text-accent underline underline-offset-2">
              All of them
            </a>
          </>
        }
      >
        <PersonSignIns userId={person.id} />
      </Section>
      <Section id="changes" title="Changes" hint="What was done to the account and its memberships, and by whom.">
        <PersonChanges userId={person.id} />
      </Section>
      {administered && (
        <Section id="standing" title="Name and role">
          <Card>
            <StandingForm person={person} visitor={visitor} />
          </Card>
        </Section>
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
