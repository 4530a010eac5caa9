/** The history as a file. */
import { serveExport } from "@/auth/http/export-route.server";

export const dynamic = "force-dynamic";

export { serveExport as GET };
