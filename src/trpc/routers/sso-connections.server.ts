/** `ssoConnections.*`: how administrators set up by which providers people sign in. */
import "server-only";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { offeredByEnvironment } from "@/auth/providers/offered.server";
import type { Administers } from "@/directory/administration.store.server";
import {
  type Connection,
  type ConnectionSettings,
  clientSecret,
  connectionSettings,
  openClientSecret,
  sealClientSecret,
  settingsOf,
} from "@/directory/connections";
import {
  countUses,
  deleteConnection,
  findSealedSecret,
  insertConnection,
  isPlaceTaken,
  listConnections,
  setEnabled,
  updateConnection,
} from "@/directory/connections.store.server";
import { findOrganization } from "@/directory/organizations.store.server";
import { now } from "@/platform/clock";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { type KeyRing, UnsealError } from "@/platform/key-ring";
import {
  administeredConnection,
  bookedState,
  described,
  mustUseTls,
  visibleConnection,
} from "@/trpc/administered-connection.server";
import { noSuchOrganization } from "@/trpc/administered-organization.server";
import { administratorProcedure, Refused, router } from "@/trpc/procedures.server";
import { testConnection } from "@/trpc/routers/test-connection.server";

const connectionInput = z.strictObject({ connectionId: z.uuid() });

function ringForSecrets(): KeyRing {
  const { GATEBOOK_KEYS } = env();
  if (!GATEBOOK_KEYS)
    throw new Refused(
      "CONFLICT",
      "no_keys",
      "Secrets can be kept only where GATEBOOK_KEYS is set: see docs/operations.md.",
    );
  return GATEBOOK_KEYS;
}

/** Instance-wide ones are set up by administrators of the instance, an organization's own ones by its own too. */
async function mustAdminister(
  ctx: { db: Parameters<typeof findOrganization>[0]; administers: Administers },
  id: string | null,
) {
  if (id === null) {
    if (ctx.administers === "all") return;
    throw new Refused(
      "FORBIDDEN",
      "role_required",
      "A connection for everybody is set up by an admin of this Gatebook.",
    );
  }
  if (!(await findOrganization(ctx.db, ctx.administers, id))) throw noSuchOrganization();
}

const settingsIn = ({ kind, name, clientId, issuer, tenant, authorityHost, rolesClaim, roleMapping }: Connection) =>
  ({ kind, name, clientId, issuer, tenant, authorityHost, rolesClaim, roleMapping }) satisfies ConnectionSettings;

const people = (count: number) => (count === 1 ? "One person signs" : `${count} people sign`);
const organizations = (count: number) => (count === 1 ? "One organization requires" : `${count} organizations require`);

/** Where an identity of the provider comes from. A subject means something there only. */
const ORIGIN = ["issuer", "tenant", "authorityHost"] as const;

function isReadable(ring: KeyRing, id: string, sealed: Awaited<ReturnType<typeof findSealedSecret>>): boolean {
  try {
    return sealed !== null && openClientSecret(ring, id, sealed) !== "";
  } catch (error) {
    if (error instanceof UnsealError) return false;
    throw error;
  }
}

export const ssoConnectionsRouter = router({
  /** Those that the caller administers, by name, and whether connections of the database count here at all. */
  list: administratorProcedure.query(async ({ ctx }) => {
    const connections = await listConnections(ctx.db, ctx.administers);
    return { count: env().SSO_CONNECTIONS === "on", items: connections.map(described) };
  }),

  /** One of them, with what depends on it. */
  get: administratorProcedure.input(connectionInput).query(async ({ ctx, input }) => {
    const connection = await visibleConnection(ctx, input.connectionId);
    const { identities, requiredBy } = await countUses(ctx.db, connection);
    return { ...described(connection), identities, requiredBy };
  }),

  /** Makes one that is not enabled yet. */
  create: administratorProcedure
    .meta({ audit: "ssoConnectionCreated" })
    .input(
      z.strictObject({
        /** Null for the whole instance. */
        organizationId: z.uuid().nullable(),
        settings: connectionSettings,
        clientSecret,
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { organizationId } = input;
      await mustAdminister(ctx, organizationId);
      const [id, at, settings] = [newId(), now(), settingsOf(input.settings)];
      ctx.audit.target({ type: "connection", id }, organizationId);
      mustUseTls(settings);
      const secret = sealClientSecret(ringForSecrets(), id, input.clientSecret);
      await insertConnection(ctx.db, { id, organizationId, settings, secret, at });
      ctx.audit.changed({}, { ...settings, organizationId, enabled: false });
      return { id };
    }),

  /** Puts other settings in the place of those that are there. Without a secret, the one that is there stays. */
  update: administratorProcedure
    .meta({ audit: "ssoConnectionUpdated" })
    .input(connectionInput.extend({ settings: connectionSettings, clientSecret: clientSecret.optional() }))
    .mutation(async ({ ctx, input }) => {
      const before = await administeredConnection(ctx, input.connectionId);
      const { id, organizationId } = before;
      ctx.audit.target({ type: "connection", id }, organizationId);
      const [was, settings] = [settingsIn(before), settingsOf(input.settings)];
      if (settings.kind !== before.kind)
        throw new Refused("BAD_REQUEST", "kind_is_fixed", "A connection stays of its kind: make another one.");
      if (input.clientSecret === undefined && isDeepStrictEqual(was, settings)) return ctx.audit.each([]);
      mustUseTls(settings);
      if (organizationId !== null && ORIGIN.some((field) => was[field] !== settings[field])) {
        // Whoever may point it elsewhere could have another provider speak for the people who are linked to this one.
        const { identities } = await countUses(ctx.db, before);
        if (identities > 0)
          throw new Refused(
            "CONFLICT",
            "people_linked",
            `${people(identities)} in by this connection, and only their provider can speak for them: make another one.`,
          );
      }
      const secret =
        input.clientSecret === undefined ? null : sealClientSecret(ringForSecrets(), id, input.clientSecret);
      // A test says nothing of settings that it did not have; what people read on the button is none of them.
      const voidsTest = secret !== null || !isDeepStrictEqual({ ...was, name: "" }, { ...settings, name: "" });
      await updateConnection(ctx.db, id, { settings, secret, voidsTest, at: now() });
      ctx.audit.changed(was, settings);
      ctx.audit.details({ secretReplaced: secret !== null });
    }),

  /** From the next moment on people sign in by it. */
  enable: administratorProcedure
    .meta({ audit: "ssoConnectionUpdated" })
    .input(connectionInput)
    .mutation(async ({ ctx, input }) => {
      const connection = await administeredConnection(ctx, input.connectionId);
      const { id, organizationId, enabledAt } = connection;
      ctx.audit.target({ type: "connection", id }, organizationId);
      if (enabledAt) throw new Refused("CONFLICT", "already_enabled", "The connection is enabled already.");
      if (!isReadable(ringForSecrets(), id, await findSealedSecret(ctx.db, id)))
        throw new Refused(
          "CONFLICT",
          "secret_unreadable",
          "Its client secret cannot be read any more: enter it again.",
        );
      if (organizationId === null && (await isPlaceTaken(ctx.db, connection)))
        throw new Refused(
          "CONFLICT",
          "kind_taken",
          "Another connection of this kind is enabled for everybody: disable that one first.",
        );
      await setEnabled(ctx.db, id, now());
      ctx.audit.changed({ enabled: false }, { enabled: true });
    }),

  /** From the next moment on nobody signs in by it. Sessions that are there stay. */
  disable: administratorProcedure
    .meta({ audit: "ssoConnectionUpdated" })
    .input(
      connectionInput.extend({
        /** Said after a first call was refused because it would keep people out. */
        confirmed: z.boolean().default(false),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const connection = await administeredConnection(ctx, input.connectionId);
      const { id, organizationId, enabledAt } = connection;
      ctx.audit.target({ type: "connection", id }, organizationId);
      if (!enabledAt) throw new Refused("CONFLICT", "not_enabled", "The connection is not enabled.");
      const { requiredBy } = await countUses(ctx.db, connection);
      if (requiredBy > 0 && !input.confirmed)
        throw new Refused(
          "PRECONDITION_FAILED",
          "required_by_organization",
          `${organizations(requiredBy)} it: their people can sign in by nothing else.`,
        );
      await setEnabled(ctx.db, id, null);
      ctx.audit.changed({ enabled: true }, { enabled: false });
    }),

  test: testConnection,

  delete: administratorProcedure
    .meta({ audit: "ssoConnectionDeleted" })
    .input(connectionInput)
    .mutation(async ({ ctx, input }) => {
      const connection = await administeredConnection(ctx, input.connectionId);
      const { id, kind, organizationId } = connection;
      ctx.audit.target({ type: "connection", id }, organizationId);
      const { identities, requiredBy, stands } = await countUses(ctx.db, connection);
      if (requiredBy > 0)
        throw new Refused(
          "CONFLICT",
          "required_by_organization",
          `${organizations(requiredBy)} this connection: let them require another one, or none, first.`,
        );
      const replaced = organizationId === null && (stands > 0 || offeredByEnvironment(kind));
      if (identities > 0 && !replaced)
        throw new Refused(
          "CONFLICT",
          "people_linked",
          `${people(identities)} in by this connection, and would have no way back in. Disable it instead.`,
        );
      await deleteConnection(ctx.db, id);
      ctx.audit.changed(bookedState(connection), {});
    }),
});
