import { type Kysely, sql } from "kysely";

/** Who was asked to join an organization, by whom and as what; and the mailed tokens by which they accept. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table invitations (
      id uuid primary key,
      organization_id uuid not null references organizations on delete restrict,
      -- Normalized as users.email is. There may be no account with it, and until it is accepted none is made.
      email text not null check (length(email) between 3 and 320),
      role text not null check (role in ('owner', 'admin', 'auditor', 'member')),
      -- Who answers for it: they must still be able to give the role when it is accepted.
      invited_by uuid not null references users on delete restrict,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      -- When its newest mail was handed over; null while none was.
      mailed_at timestamptz,
      accepted_at timestamptz,
      accepted_by uuid references users on delete restrict,
      withdrawn_at timestamptz,
      check ((accepted_at is null) = (accepted_by is null)),
      check (accepted_at is null or withdrawn_at is null)
    )`.execute(db);
  await sql`
    create unique index invitations_pending on invitations (organization_id, email)
     where accepted_at is null and withdrawn_at is null`.execute(db);
  await sql`create index invitations_email on invitations (email)`.execute(db);

  await sql`
    alter table verification_tokens
      alter column user_id drop not null,
      add column invitation_id uuid references invitations on delete cascade,
      -- An invitation's token is an invitation's; every other is somebody's.
      add constraint verification_tokens_bearer_check check (
        case when purpose = 'invitation' then invitation_id is not null and user_id is null
             else invitation_id is null and user_id is not null end)`.execute(db);
  await sql`
    create index verification_tokens_invitation on verification_tokens (invitation_id, created_at desc)
     where invitation_id is not null`.execute(db);
}
