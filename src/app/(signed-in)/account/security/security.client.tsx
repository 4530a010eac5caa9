"use client";
/** The visitor's ways in, each with since when and when last, and below them the password. */
import { KeyRound, LogIn, type LucideIcon, Mail } from "lucide-react";
import type { ReactNode } from "react";
import { QueryProblem } from "@/app/_shell/query-problem";
import { providerName } from "@/app/_words/methods";
import { PasswordForm } from "@/app/(signed-in)/account/security/password-form.client";
import { type RouterOutputs, trpc } from "@/trpc/hooks.client";
import { buttonClass } from "@/ui/button";
import { Card, Section } from "@/ui/card";
import { SkeletonRows } from "@/ui/skeleton";
import { Time } from "@/ui/time";

export function Security({ email }: { email: string }) {
  const query = trpc.account.security.useQuery();
  return (
    <>
      <QueryProblem query={query} what="your ways to sign in" retry={() => void query.refetch()} />
      <Section id="ways-in" title="Ways to sign in">
        <Card>
          {query.isPending && <SkeletonRows rows={3} height="h-20" />}
          {query.data && <WaysIn security={query.data} email={email} />}
        </Card>
      </Section>
      <Section
        id="link"
        title="Link a provider"
        hint="An account that you have elsewhere, to sign in by it here. You prove once more that it's you."
      >
        <Card>
          {query.isPending && <SkeletonRows rows={1} height="h-16" />}
          {query.data && <Linkable providers={query.data.linkable} />}
        </Card>
      </Section>
      <Section id="password" title="Password">
        <Card>
          {query.isPending && <SkeletonRows rows={4} height="h-20" />}
          {query.data?.password && <PasswordForm email={email} />}
          {query.data && !query.data.password && (
            <p className="px-4 py-3 text-muted text-sm">Your account has no password. You use one of the ways above.</p>
          )}
        </Card>
      </Section>
    </>
  );
}

function WaysIn({ security, email }: { security: RouterOutputs["account"]["security"]; email: string }) {
  const { password, emailLink, providers } = security;
  return (
    <ul className="divide-y divide-line">
      {password && (
        <WayIn icon={KeyRound} name="Password">
          <Fact name="Changed" at={password.changedAt} never="not known" />
          <Fact name="Last used" at={password.lastUsedAt} never="never" />
        </WayIn>
      )}
      {providers.map(({ id, provider, name, addedAt, lastUsedAt }) => (
        <WayIn
          key={id}
          icon={LogIn}
          name={name === provider ? providerName(provider) : name}
          remove={`/account/security/unlink/${id}`}
        >
          <Fact name="Added" at={addedAt} never="not known" />
          <Fact name="Last used" at={lastUsedAt} never="never" />
        </WayIn>
      ))}
      {emailLink && (
        <WayIn icon={Mail} name="Email link" hint={`Sent to ${email} when you ask.`}>
          <Fact name="Last used" at={emailLink.lastUsedAt} never="never" />
        </WayIn>
      )}
    </ul>
  );
}

function Linkable({ providers }: { providers: RouterOutputs["account"]["security"]["linkable"] }) {
  if (providers.length === 0)
    return <p className="px-4 py-3 text-muted text-sm">No provider is set up here that you could link.</p>;
  return (
    <ul className="flex flex-wrap gap-2 p-4">
      {providers.map(({ id, name }) => (
        <li key={id}>
          <a href={`/account/security/link/${encodeURIComponent(id)}`} className={buttonClass()}>
            {`Link ${name}`}
          </a>
        </li>
      ))}
    </ul>
  );
}

type WayInProps = {
  icon: LucideIcon;
  name: string;
  hint?: string;
  /** The page that removes it, for what can be removed. */
  remove?: string;
  children: ReactNode;
};

function WayIn({ icon: Icon, name, hint, remove, children }: WayInProps) {
  return (
    <li className="flex gap-3 p-4 text-sm">
      <Icon className="mt-0.5 size-4 shrink-0 text-muted" />
      <div className="grid min-w-0 flex-1 gap-x-6 gap-y-2 sm:grid-cols-[1fr_auto]">
        <div className="min-w-0">
          <h3 className="font-semibold">{name}</h3>
          {hint && <p className="text-muted [overflow-wrap:anywhere]">{hint}</p>}
          {remove && (
            <a href={remove} className="text-accent underline underline-offset-2">
              Remove<span className="sr-only"> {name}</span>
            </a>
          )}
        </div>
        <dl className="flex flex-wrap gap-x-6 gap-y-2 sm:grid sm:grid-cols-[8.5rem_8.5rem]">{children}</dl>
      </div>
    </li>
  );
}

function Fact({ name, at, never }: { name: string; at: Date | null; never: string }) {
  return (
    <div className="grow basis-32 sm:last:col-start-2">
      <dt className="text-muted text-xs">{name}</dt>
      <dd>{at ? <Time at={at} to="minute" /> : <span className="text-muted">{never}</span>}</dd>
    </div>
  );
}
