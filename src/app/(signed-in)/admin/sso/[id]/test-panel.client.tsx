"use client";
/** The two parts of a test: what the server finds out by itself, and a round trip to the provider in a new window. */
import { ExternalLink } from "lucide-react";
import type { ConnectionDetails } from "@/app/(signed-in)/admin/sso/[id]/connection-page.client";
import { CheckList } from "@/app/(signed-in)/admin/sso/check-list";
import { RoundTripReport } from "@/app/(signed-in)/admin/sso/round-trip-report";
import { roundTripHref } from "@/app/(signed-in)/admin/sso/sso-words";
import { isForbidden, isUnexpected } from "@/trpc/call-error";
import { trpc } from "@/trpc/hooks.client";
import { Alert } from "@/ui/alert";
import { Button, buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";
import { announce } from "@/ui/status-region.client";
import { Time } from "@/ui/time";

export function TestPanel({ connection }: { connection: ConnectionDetails }) {
  const { id, testResult } = connection;
  const utils = trpc.useUtils();
  const test = trpc.ssoConnections.test.useMutation({
    onSuccess: ({ checks }) => {
      const wrong = checks.filter(({ outcome }) => outcome === "failed").length;
      announce(wrong === 0 ? "Tested. Nothing is wrong." : "Tested. Something is wrong.");
    },
    onSettled: () =>
      Promise.all([utils.ssoConnections.get.invalidate({ connectionId: id }), utils.ssoConnections.list.invalidate()]),
  });
  const refused = test.error && !isForbidden(test.error) && !isUnexpected(test.error) ? test.error.message : null;
  const checked = testResult?.checked ?? null;
  const roundTrip = testResult?.roundTrip ?? null;
  return (
    <>
      <Card>
        <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-3 text-sm">
          <p className="min-w-0 max-w-md text-muted">
            Asks the provider for what it says of itself, its keys, and whether it takes the secret and the callback
            URL.
          </p>
          <Button
            weight="primary"
            size="small"
            aria-disabled={test.isPending}
            onClick={() => test.isPending || test.mutate({ connectionId: id })}
            className="scripting-none:hidden"
          >
            {test.isPending ? "Testing…" : "Test"}
          </Button>
        </div>
        {refused && (
          <div role="alert" className="px-4 pb-3">
            <Alert tone="failure" title="Not tested">
              {refused}
            </Alert>
          </div>
        )}
        {checked && (
          <div className="border-line border-t">
            <CheckList checks={checked.checks} about={connection} />
            <p className="border-line border-t px-4 py-2 text-muted text-xs">
              <Time at={new Date(checked.at)} /> UTC
            </p>
          </div>
        )}
      </Card>
      <Card>
        <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-3 text-sm">
          <p className="min-w-0 max-w-md text-muted">
            Goes to the provider in a new window, and comes back to a report of what it says of you.
          </p>
          <a href={roundTripHref(id)} target="_blank" rel="noopener" className={buttonClass({ size: "small" })}>
            <ExternalLink className="size-4" />
            Try the round trip
          </a>
        </div>
        {roundTrip && (
          <div className="border-line border-t">
            <RoundTripReport roundTrip={roundTrip} about={connection} />
          </div>
        )}
      </Card>
    </>
  );
}
