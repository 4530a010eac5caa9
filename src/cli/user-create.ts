/** `gatebook user create`: an account from the command line, above all the first one of an installation. */
import { parseArgs } from "node:util";
import { connect, type Tx } from "@db/connect.server";
import { newVerificationToken, signInLink } from "@/account/verification-tokens";
import { insertVerificationToken } from "@/account/verification-tokens.store.server";
import { recordInTransaction } from "@/audit/record.server";
import { insertUser } from "@/directory/users.store.server";
import { now } from "@/platform/clock";
import { partOfEnv } from "@/platform/env";
import { normalizeEmail, storableText } from "@/platform/text";

/** Longer than a mailed link: it goes from hand to hand, and perhaps to somebody in another time zone. */
const LINK_HOURS = 24;

const HELP = `Usage: npm run gatebook -- user create --email EMAIL [--name NAME] [--admin]

Creates an account and prints a link that signs in to it once, within ${LINK_HOURS} hours. Nothing is mailed, and the account has
no password: whoever opens the link and presses "Finish signing in" is in, and the email counts as verified. Hand it on
as you would a password.

  --email EMAIL   the address the account goes by
  --name NAME     what the person is called
  --admin         an admin of the whole instance: sees and administers everybody

Needs DATABASE_URL, of a database with its migrations applied, and NEXTAUTH_URL, where the link leads.
Exit code 1 when there is an account with that email already; nothing is changed then.
`;

type NewUser = { email: string; name: string | null; admin: boolean };

function readArguments(args: string[]): NewUser {
  const { values } = parseArgs({
    args,
    options: { email: { type: "string" }, name: { type: "string" }, admin: { type: "boolean", default: false } },
  });
  if (values.email === undefined) throw new Error("give the account's address: --email EMAIL");
  const email = normalizeEmail(values.email);
  if (email === null) throw new Error(`"${values.email}" is not an email address`);
  const name = (values.name ?? "").normalize("NFC").trim();
  if (storableText(name, 200) !== name) throw new Error("a name has at most 200 characters");
  return { email, name: name || null, admin: values.admin };
}

/** The user, their row in the book and the link, or none of the three. Answers the token of the link. */
async function create(tx: Tx, { email, name, admin }: NewUser, at: Date, expiresAt: Date): Promise<string> {
  const id = await insertUser(tx, { email, name, instanceRole: admin ? "admin" : null, at });
  if (id === null) throw new Error(`there is an account with the email ${email} already; nothing was changed`);
  await recordInTransaction(tx, [
    {
      action: "userCreated",
      status: "success",
      actor: { type: "system" },
      target: { type: "user", id },
      occurredAt: at,
      details: { via: "command_line" },
    },
  ]);
  const { token, digest } = newVerificationToken();
  await insertVerificationToken(tx, { purpose: "sign_in", digest, userId: id, createdAt: at, expiresAt });
  return token;
}

export const userCreate = {
  summary: "create an account, such as the first one, and print a link that signs in to it",
  help: HELP,
  ownEnvironment: true,
  async run(args: string[]): Promise<void> {
    const user = readArguments(args);
    const settings = partOfEnv(["DATABASE_URL", "NEXTAUTH_URL"], []);
    const at = now();
    const expiresAt = new Date(at.getTime() + LINK_HOURS * 3600_000);
    const db = connect(settings.DATABASE_URL, 1);
    try {
      const token = await db.transaction().execute((tx) => create(tx, user, at, expiresAt));
      process.stdout.write(
        `Created ${user.email}${user.admin ? ", an admin of this instance" : ""}. It has no password.\n\n` +
          `This link signs in once, until ${expiresAt.toISOString()} (${LINK_HOURS} hours):\n\n` +
          `${signInLink(settings.NEXTAUTH_URL, token).href}\n\n` +
          "Whoever has it gets in. Nothing was mailed.\n",
      );
    } finally {
      await db.destroy();
    }
  },
};
