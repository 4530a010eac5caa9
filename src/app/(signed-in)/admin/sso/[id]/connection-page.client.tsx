"use client";
/** One connection: its state, its test, its settings. The facts come with the page and are asked for again after each act. */
import { useState } from "react";
import { QueryProblem } from "@/app/_shell/query-problem";
import { filterHref } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { Acts } from "@/app/(signed-in)/admin/sso/[id]/acts.client";
import { TestPanel } from "@/app/(signed-in)/admin/sso/[id]/test-panel.client";
import { CallbackUrl } from "@/app/(signed-in)/admin/sso/callback-url";
import { ConnectionForm } from "@/app/(signed-in)/admin/sso/connection-form.client";
import { ConnectionStatus, TestVerdict } from "@/app/(signed-in)/admin/sso/connection-status";
import { kindName, SSO_HREF } from "@/app/(signed-in)/admin/sso/sso-words";
import { verdictOf } from "@/auth/connection-test/verdict";
import { type RouterOutputs, trpc } from "@/trpc/hooks.client";
import { Alert } from "@/ui/alert";
import { buttonClass } from "@/ui/button";
import { Card, Facts, Section } from "@/ui/card";
import { PageHeader } from "@/ui/page-header";
import { announce } from "@/ui/status-region.client";
import { Time } from "@/ui/time";

export type ConnectionDetails = RouterOutputs["ssoConnections"]["get"];

export function ConnectionPage({ loaded }: { loaded: ConnectionDetails }) {
  const query = trpc.ssoConnections.get.useQuery(
    { connectionId: loaded.id },
    // The round trip of a test ends in another window: what it found is fetched when somebody comes back from there.
    { initialData: loaded, refetchOnWindowFocus: "always" },
  );
  const connection = query.data;
  return (
    <div className="flex max-w-3xl flex-col gap-8">
      <PageHeader
        title={connection.name}
        actions={
          <>
            <a href={SSO_HREF} className={buttonClass({ size: "small" })}>
              All connections
            </a>
            <a href={filterHref({ provider: connection.providerId })} className={buttonClass({ size: "small" })}>
              Its sign-ins
            </a>
          </>
        }
      >
        {kindName(connection.kind)} for {connection.organizationId === null ? "everybody" : "one organization"}
      </PageHeader>
      <QueryProblem query={query} what="the connection" retry={() => void query.refetch()} />
      <Section id="state" title="State">
        <Card>
          <Facts facts={stateFacts(connection)} />
          <Acts connection={connection} />
        </Card>
      </Section>
      <Section id="test" title="Test" hint="Nothing of it signs anybody in.">
        <TestPanel connection={connection} />
      </Section>
      <Section id="settings" title="Settings" hint="A change of them voids the test.">
        <Card>
          <SettingsForm connection={connection} />
        </Card>
      </Section>
    </div>
  );
}

function stateFacts(connection: ConnectionDetails) {
  const { status, enabledAt, testedAt, testResult, callbackUrl, identities } = connection;
  return [
    {
      name: "Status",
      value: (
        <span className="flex flex-wrap items-center gap-x-2">
          <ConnectionStatus status={status} />
          {enabledAt && (
            <span className="text-muted">
              since <Time at={enabledAt} to="minute" /> UTC
            </span>
          )}
        </span>
      ),
    },
    {
      name: "Last test",
      value: (
        <span className="flex flex-wrap items-center gap-x-2">
          <TestVerdict verdict={verdictOf(testResult)} />
          {testedAt && (
            <span className="text-muted">
              <Time at={testedAt} to="minute" /> UTC
            </span>
          )}
        </span>
      ),
    },
    { name: "People linked", value: String(identities) },
    { name: "To register", value: <CallbackUrl url={callbackUrl} /> },
  ];
}

function SettingsForm({ connection }: { connection: ConnectionDetails }) {
  const utils = trpc.useUtils();
  // The fields of a new round begin with what was saved, and the secret empty.
  const [round, setRound] = useState(0);
  const tested = verdictOf(connection.testResult) !== "untested";
  const [saved, setSaved] = useState<{ wasTested: boolean } | null>(null);
  const update = trpc.ssoConnections.update.useMutation({
    onMutate: () => setSaved(null),
    onSuccess: async () => {
      await Promise.all([
        utils.ssoConnections.get.invalidate({ connectionId: connection.id }),
        utils.ssoConnections.list.invalidate(),
      ]);
      setSaved({ wasTested: tested });
      setRound((last) => last + 1);
      announce("Saved.");
    },
  });
  return (
    <>
      {saved && (
        <div className="px-4 pt-4" role="status">
          <Alert tone="success" title="Saved">
            {saved.wasTested && !tested
              ? "The last test says nothing of the new settings: test the connection again."
              : "The settings count from now on."}
          </Alert>
        </div>
      )}
      <ConnectionForm
        key={round}
        kind={connection.kind}
        present={connection}
        pending={update.isPending}
        error={update.error}
        words={{ submit: "Save", submitting: "Saving…" }}
        submit={(settings, clientSecret) => update.mutate({ connectionId: connection.id, settings, clientSecret })}
      />
    </>
  );
}
