/** Calls of the upstream. The path comes from the request line, not from the parameters, which Next has decoded. */
import { serveProxy } from "@/auth/proxy/proxy-route.server";

export const fetchCache = "force-no-store";
export const dynamic = "force-dynamic";

export {
  serveProxy as GET,
  serveProxy as HEAD,
  serveProxy as OPTIONS,
  serveProxy as POST,
  serveProxy as PUT,
  serveProxy as PATCH,
  serveProxy as DELETE,
};
