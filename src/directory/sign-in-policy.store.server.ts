/** Everything that decides how people may sign in, beyond their own accounts, as it was at one moment. */
import "server-only";
import type { Database } from "@db/connect.server";
import { sql } from "kysely";

/** As the database has it: connections are read one by one, so that a row that says nonsense spoils no other. */
export type StoredPolicy = {
  /** Enabled ones, with their secrets: `box` is base64. */
  connections: unknown[];
  organizations: unknown[];
  domains: { domain: string; organizationId: string }[];
};

export async function readStoredPolicy(db: Database): Promise<StoredPolicy> {
  const result = await sql<StoredPolicy>`
    select coalesce((
             select jsonb_agg(jsonb_build_object(
                      'id', id, 'kind', kind, 'name', name, 'organizationId', organization_id, 'clientId', client_id,
                      'secret', jsonb_build_object('keyId', client_secret_key, 'box', translate(encode(client_secret, 'base64'), E'\\n', '')),
                      'issuer', issuer, 'tenant', tenant, 'authorityHost', authority_host,
                      'rolesClaim', roles_claim, 'roleMapping', role_mapping) order by name, id)
               from sso_connections where enabled_at is not null
           ), '[]') as connections,
           coalesce((
             select jsonb_agg(jsonb_build_object(
                      'id', organization.id, 'allowedMethods', allowed_methods,
                      'requiredConnectionId', required.id,
                      'requiredProvider', case when required.organization_id is null then required.kind
                                               else 'sso-' || required.id end,
                      'inviteOnly', invite_only, 'defaultRole', default_role))
               from organizations organization left join sso_connections required on required.id = required_connection_id
           ), '[]') as organizations,
           coalesce((
             select jsonb_agg(jsonb_build_object('domain', domain, 'organizationId', organization_id))
               from organization_domains
           ), '[]') as domains`.execute(db);
  const [read] = result.rows;
  if (!read) throw new Error("The sign-in policy was read as nothing.");
  return read;
}
