/** Every procedure of the product. */
import "server-only";
import { router } from "@/trpc/procedures.server";
import { accountRouter } from "@/trpc/routers/account.server";
import { auditRouter } from "@/trpc/routers/audit.server";
import { organizationsRouter } from "@/trpc/routers/organizations.server";
import { overviewRouter } from "@/trpc/routers/overview.server";
import { sessionRouter } from "@/trpc/routers/session.server";
import { signInsRouter } from "@/trpc/routers/sign-ins.server";
import { ssoConnectionsRouter } from "@/trpc/routers/sso-connections.server";
import { usersRouter } from "@/trpc/routers/users.server";

export const appRouter = router({
  account: accountRouter,
  audit: auditRouter,
  organizations: organizationsRouter,
  overview: overviewRouter,
  session: sessionRouter,
  signIns: signInsRouter,
  ssoConnections: ssoConnectionsRouter,
  users: usersRouter,
});

export type AppRouter = typeof appRouter;
