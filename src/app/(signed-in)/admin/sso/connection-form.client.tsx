"use client";
/** The settings of a connection. The secret goes in and never comes back: left empty, the one that is there stays. */
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { mappingText, readMapping } from "@/app/(signed-in)/admin/sso/role-mapping";
import type { Connection, ConnectionKind } from "@/directory/connections";
import { isForbidden, isUnexpected } from "@/trpc/call-error";
import { fieldProblems } from "@/trpc/field-problems";
import type { RouterInputs } from "@/trpc/hooks.client";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { controlClass, describedBy, Field, FieldFrame } from "@/ui/field";
import { PasswordField } from "@/ui/password-field.client";

export type Settings = RouterInputs["ssoConnections"]["create"]["settings"];
type Present = Pick<
  Connection,
  "name" | "clientId" | "issuer" | "tenant" | "authorityHost" | "rolesClaim" | "roleMapping"
>;

type ConnectionFormProps = {
  kind: ConnectionKind;
  /** What is set now; null for a new one. */
  present: Present | null;
  /** More fields, above the others. */
  children?: ReactNode;
  submit: (settings: Settings, clientSecret: string | undefined, form: FormData) => void;
  pending: boolean;
  error: { message: string } | null;
  words: { submit: string; submitting: string };
};

/** Where each kind is found: its own fields, between the name and the client. */
const PLACE_FIELDS: Record<
  ConnectionKind,
  readonly { name: PlaceName; label: string; hint: string; optional?: true }[]
> = {
  "azure-ad": [
    {
      name: "tenant",
      label: "Directory (tenant) ID",
      hint: "From the overview of the app registration. A domain of the tenant will do too.",
    },
    {
      name: "authorityHost",
      label: "Authority host",
      hint: "Leave it empty for Microsoft's public cloud. Sovereign clouds have another, such as https://login.microsoftonline.us.",
      optional: true,
    },
  ],
  openid: [
    {
      name: "issuer",
      label: "Issuer",
      hint: "Such as https://idp.example.com/realms/staff. Its discovery document is looked for under it.",
    },
  ],
  auth0: [{ name: "issuer", label: "Issuer", hint: "Such as https://example.eu.auth0.com/." }],
  google: [],
  github: [],
};
type PlaceName = "issuer" | "tenant" | "authorityHost";

const text = (form: FormData, name: string) => String(form.get(name) ?? "");

function settingsFrom(kind: ConnectionKind, form: FormData, roleMapping: Present["roleMapping"]): Settings {
  const common = { name: text(form, "name"), clientId: text(form, "clientId") };
  const roles = { rolesClaim: text(form, "rolesClaim").trim() || null, roleMapping: { ...roleMapping } };
  switch (kind) {
    case "github":
      return { kind, ...common };
    case "google":
      return { kind, ...common, ...roles };
    case "azure-ad": {
      const authorityHost = text(form, "authorityHost").trim() || null;
      return { kind, ...common, tenant: text(form, "tenant"), authorityHost, ...roles };
    }
    case "openid":
    case "auth0":
      return { kind, ...common, issuer: text(form, "issuer"), ...roles };
  }
}

export function ConnectionForm({ kind, present, children, submit, pending, error, words }: ConnectionFormProps) {
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [mappingProblem, setMappingProblem] = useState<string>();
  const problems = fieldProblems(error);
  const problem = (field: string) => problems[`settings.${field}`];
  const unplaced = error && Object.keys(problems).length === 0 && !isForbidden(error) && !isUnexpected(error);
  // Where something is wrong, the person goes on.
  useEffect(() => {
    if (error || mappingProblem) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [error, mappingProblem]);

  function send(event: FormEvent) {
    event.preventDefault();
    if (pending || !form.current) return;
    const data = new FormData(form.current);
    const read = readMapping(text(data, "roleMapping"));
    setMappingProblem(read.problem);
    if (read.problem !== undefined) return;
    submit(settingsFrom(kind, data, read.mapping), text(data, "clientSecret") || undefined, data);
  }

  return (
    <form ref={form} method="post" onSubmit={send} className="flex max-w-xl flex-col gap-4 p-4">
      <p className="hidden text-muted text-sm scripting-none:block">Connections are set up with JavaScript.</p>
      {unplaced && (
        <div role="alert">
          <Alert tone="failure" title="Nothing was saved">
            {error.message}
          </Alert>
        </div>
      )}
      {children}
      <Field
        id={`${id}-name`}
        name="name"
        label="Name"
        hint="What people read on the button: “Continue with …”."
        defaultValue={present?.name}
        problem={problem("name")}
        required
        maxLength={80}
        autoComplete="off"
      />
      {PLACE_FIELDS[kind].map(({ name, label, hint, optional }) => (
        <Field
          key={name}
          id={`${id}-${name}`}
          name={name}
          label={optional ? `${label} (optional)` : label}
          hint={hint}
          defaultValue={present?.[name] ?? undefined}
          problem={problem(name)}
          required={!optional}
          autoComplete="off"
          spellCheck={false}
        />
      ))}
      <Field
        id={`${id}-client-id`}
        name="clientId"
        label={kind === "azure-ad" ? "Application (client) ID" : "Client ID"}
        defaultValue={present?.clientId}
        problem={problem("clientId")}
        required
        autoComplete="off"
        spellCheck={false}
      />
      <PasswordField
        id={`${id}-client-secret`}
        name="clientSecret"
        label="Client secret"
        hint={
          present
            ? "It is kept encrypted and never shown. Leave this empty to keep the one that is there."
            : "It is kept encrypted and never shown again."
        }
        problem={problems.clientSecret}
        required={!present}
        autoComplete="off"
      />
      {kind !== "github" && (
        <Roles
          id={id}
          present={present}
          claimProblem={problem("rolesClaim")}
          problem={mappingProblem ?? problem("roleMapping")}
        />
      )}
      <Button type="submit" weight="primary" aria-disabled={pending} className="self-start scripting-none:hidden">
        {pending ? words.submitting : words.submit}
      </Button>
    </form>
  );
}

type RolesProps = { id: string; present: Present | null; claimProblem?: string; problem?: string };

function Roles({ id, present, claimProblem, problem }: RolesProps) {
  const mappingId = `${id}-mapping`;
  const hint =
    "One line for each value: the value, an equals sign, and admin, auditor or member. The strongest role counts.";
  return (
    <fieldset className="flex flex-col gap-4 rounded-md border border-line p-4">
      <legend className="px-1 font-medium text-sm">Roles from the provider (optional)</legend>
      <Field
        id={`${id}-roles-claim`}
        name="rolesClaim"
        label="Roles claim"
        hint="The claim that holds a person's roles or groups, such as roles or groups."
        defaultValue={present?.rolesClaim ?? undefined}
        problem={claimProblem}
        autoComplete="off"
        spellCheck={false}
      />
      <FieldFrame id={mappingId} label="Role mapping" hint={hint} problem={problem}>
        <textarea
          id={mappingId}
          name="roleMapping"
          rows={4}
          defaultValue={present ? mappingText(present.roleMapping) : undefined}
          placeholder="Gatebook admins = admin"
          className={`${controlClass} py-2`}
          aria-invalid={problem ? true : undefined}
          aria-describedby={describedBy(mappingId, { hint, problem })}
          spellCheck={false}
        />
      </FieldFrame>
    </fieldset>
  );
}
