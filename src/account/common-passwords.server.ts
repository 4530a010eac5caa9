/** The passwords that guessers try first: the breached and common ones of zxcvbn's list, most of 50,000, in lower case. */
import "server-only";
import { dictionary } from "@zxcvbn-ts/language-common";
import { processWide } from "@/platform/process-wide";

const listed = () => processWide("common passwords", () => new Set(dictionary["passwords-common"]));

/** Whether the list has it, however its letters are written: "Password1" is "password1" to whoever guesses. */
export function isCommonPassword(password: string): boolean {
  return listed().has(password.toLowerCase());
}
