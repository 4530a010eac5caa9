"use client";
/** The form of a connection that is not there yet. Once it is, its own page goes on: callback URL, test, enable. */
import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { CallbackUrl } from "@/app/(signed-in)/admin/sso/callback-url";
import { ConnectionForm } from "@/app/(signed-in)/admin/sso/connection-form.client";
import { connectionHref } from "@/app/(signed-in)/admin/sso/sso-words";
import type { ConnectionKind } from "@/directory/connections";
import { trpc } from "@/trpc/hooks.client";
import { SelectField } from "@/ui/field";
import { announce } from "@/ui/status-region.client";

const EVERYBODY = "everybody";

type NewConnectionProps = {
  kind: ConnectionKind;
  organizations: { id: string; name: string }[];
  /** Whether the visitor may set up one for everybody. */
  forEverybody: boolean;
  /** Of a connection for everybody; an organization's own has another, which is known when it is there. */
  callbackUrl: string;
};

export function NewConnection({ kind, organizations, forEverybody, callbackUrl }: NewConnectionProps) {
  const id = useId();
  const router = useRouter();
  const [whose, setWhose] = useState(forEverybody ? EVERYBODY : (organizations[0]?.id ?? EVERYBODY));
  const create = trpc.ssoConnections.create.useMutation({
    onSuccess: ({ id: made }) => {
      announce("Saved. It is not enabled yet.");
      router.push(connectionHref(made));
    },
  });
  return (
    <ConnectionForm
      kind={kind}
      present={null}
      pending={create.isPending || create.isSuccess}
      error={create.error}
      words={{ submit: "Save and go on", submitting: "Saving…" }}
      submit={(settings, clientSecret) =>
        create.mutate({
          organizationId: whose === EVERYBODY ? null : whose,
          settings,
          clientSecret: clientSecret ?? "",
        })
      }
    >
      <SelectField
        id={`${id}-whose`}
        label="For"
        hint="An organization's own connection signs in people with addresses of its domains."
        value={whose}
        onChange={(event) => setWhose(event.target.value)}
      >
        {forEverybody && <option value={EVERYBODY}>Everybody</option>}
        {organizations.map((organization) => (
          <option key={organization.id} value={organization.id}>
            {organization.name}
          </option>
        ))}
      </SelectField>
      {whose === EVERYBODY ? (
        <CallbackUrl url={callbackUrl} />
      ) : (
        <p className="text-muted text-sm">
          The callback URL to register at the provider is shown once this is saved: it is the connection's own.
        </p>
      )}
    </ConnectionForm>
  );
}
