/** Has finished attempts looked at for what is unusual about them, and tells people of what is serious. */
import "server-only";
import { setTimeout } from "node:timers/promises";
import { database } from "@db/connect.server";
import { Reviewer, type UnusualSignIn } from "@/audit/signals/reviewer.server";
import type { Attempt } from "@/auth/attempt/attempt";
import { unusualSignInMail } from "@/auth/unusual-sign-in-mail";
import { env } from "@/platform/env";
import { log } from "@/platform/log";
import { sendMail } from "@/platform/mail.server";
import { processWide } from "@/platform/process-wide";
import { report } from "@/platform/report.server";
import { onShutdown } from "@/platform/shutdown";

const LAST_ROUND_MS = 1000;

async function mail(signIn: UnusualSignIn): Promise<void> {
  const { SMTP_URL, NEXTAUTH_URL } = env();
  if (!SMTP_URL) return;
  try {
    await sendMail(unusualSignInMail(NEXTAUTH_URL, signIn));
  } catch (error) {
    log().error({ err: error, userId: signIn.userId }, "a person could not be told of an unusual sign-in");
    report(error, { mail: "unusual_sign_in" }, signIn.userId);
  }
}

function reviewer(): Reviewer {
  return processWide("reviewer of attempts", () => {
    const made = new Reviewer({
      db: database,
      tell: (signIn) => void mail(signIn),
      failed: (error) => log().warn({ err: error }, "attempts could not be looked at for what is unusual"),
    });
    // With the database away it would take longer than the process has.
    onShutdown("review of attempts", () =>
      Promise.race([made.finish(), setTimeout(LAST_ROUND_MS, undefined, { ref: false })]),
    );
    return made;
  });
}

/** To be called when the attempt's row is durable. Nothing waits for what comes of it. */
export function reviewAttempt({ eventId, openedAt }: Attempt): void {
  reviewer().note({ id: eventId, occurredAt: openedAt });
}
