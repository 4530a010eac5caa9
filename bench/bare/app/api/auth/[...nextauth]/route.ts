/** The baseline of the sign-in benchmark: NextAuth as its manual shows it, a password checked with argon2id, nothing else. */
import { verify } from "@node-rs/argon2";
import NextAuth from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";

const handler = NextAuth({
  providers: [
    CredentialsProvider({
      name: "Password",
      credentials: { email: {}, password: {} },
      async authorize(form) {
        // biome-ignore lint/style/noProcessEnv: this is an application of its own, not a part of the product
        const matches = await verify(process.env.BARE_HASH ?? "", form?.password ?? "");
        return matches ? { id: form?.email ?? "", email: form?.email } : null;
      },
    }),
  ],
  session: { strategy: "jwt" },
});

export { handler as GET, handler as POST };
