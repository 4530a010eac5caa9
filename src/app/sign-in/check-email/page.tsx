/** /sign-in/check-email: after a link was asked for. It says the same whether or not the address is known here. */
import type { Metadata } from "next";
import { SIGN_IN_TOKEN_MINUTES } from "@/account/verification-tokens";
import { QuietPage } from "@/app/_shell/quiet-page";
import { buttonClass } from "@/ui/button";

export const metadata: Metadata = { title: "Check your email" };

export default function CheckEmailPage() {
  return (
    <QuietPage>
      <h1 className="font-semibold text-lg tracking-tight">Check your email</h1>
      <p>If that address can sign in here, a link is on its way. It works once, for {SIGN_IN_TOKEN_MINUTES} minutes.</p>
      <p className="text-muted text-sm">Nothing there? Look in the spam folder, or check the address and ask again.</p>
      <a href="/sign-in" className={buttonClass()}>
        Back to sign in
      </a>
    </QuietPage>
  );
}
