/** The typed procedures over HTTP. */
import { serveTrpc } from "@/trpc/http.server";

export const dynamic = "force-dynamic";

export { serveTrpc as GET, serveTrpc as POST };
