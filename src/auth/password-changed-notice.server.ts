/** Tells a person by mail that their password was changed. */
import "server-only";
import { sendNotice } from "@/auth/notice.server";
import { passwordChangedMail } from "@/auth/password-changed-mail";

/** Never throws. */
export function tellOfChangedPassword(user: { id: string; email: string }, at: Date): Promise<void> {
  return sendNotice(user.id, "password_changed", at, (host, circumstances) =>
    passwordChangedMail(user.email, host, circumstances),
  );
}
