import { join } from "node:path";

/** @type {import("next").NextConfig} */
export default {
  serverExternalPackages: ["@node-rs/argon2", "pg", "pino", "nodemailer", "prom-client"],
  turbopack: { root: join(import.meta.dirname, "../..") },
  typescript: { ignoreBuildErrors: true },
};
