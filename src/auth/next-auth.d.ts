/** What our `session` callback returns and our token holds, in NextAuth's own types. */
import type { GatebookSession } from "@/auth/session-shape";

declare module "next-auth" {
  interface Session extends Omit<GatebookSession, "user"> {
    user: GatebookSession["user"];
  }
}

declare module "next-auth/jwt" {
  interface JWT {
    /** The id of the session's row. */
    sid?: string;
    iat?: number;
    exp?: number;
    jti?: string;
  }
}
