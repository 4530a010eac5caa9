/** The calls of the benchmark: nothing, two ways of reading the session, and one UPDATE with and without its audit row. */
import { type Database, database } from "@db/connect.server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { getServerSession, type NextAuthOptions } from "next-auth";
import { readSession } from "@/auth/session.server";
import { protectedProcedure, publicProcedure, router } from "@/trpc/procedures.server";
import { reported, t } from "@/trpc/trpc.server";

/** NextAuth's own way, with nothing set but what it demands. */
const bareOptions: NextAuthOptions = { providers: [], session: { strategy: "jwt" } };

async function rename(db: Database, userId: string): Promise<void> {
  await db
    .updateTable("users")
    .set({ name: `name ${Math.random()}` })
    .where("id", "=", userId)
    .execute();
}

const calls = router({
  nothing: publicProcedure.query(() => "ok"),
  session: publicProcedure.query(({ ctx }) => ctx.session?.user.email),
  bareSession: publicProcedure.query(async () => (await getServerSession(bareOptions))?.user?.email),
  // The product's procedures cannot do this; the library's can.
  unaudited: t.procedure.use(reported).mutation(({ ctx }) => rename(ctx.db, ctx.session?.user.id ?? "")),
  audited: protectedProcedure.meta({ audit: "userUpdated" }).mutation(async ({ ctx }) => {
    const { id } = ctx.session.user;
    await rename(ctx.db, id);
    ctx.audit.target({ type: "user", id });
    ctx.audit.changed({ name: "before" }, { name: "after" });
  }),
});

const WITHOUT_SESSION = new Set(["nothing", "bareSession"]);

async function serve(request: Request): Promise<Response> {
  const name = new URL(request.url).pathname.split("/").at(-1) ?? "";
  const session = WITHOUT_SESSION.has(name) ? null : await readSession();
  return fetchRequestHandler({
    endpoint: "/api/calls",
    req: request,
    router: calls,
    createContext: () => ({ session, db: database(), appendHeader: null }),
  });
}

export { serve as GET, serve as POST };
