/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // The workbench and the tests build beside a running dev server, each into a folder of its own.
  distDir: process.env.GATEBOOK_DIST_DIR ?? ".next",
  serverExternalPackages: ["@node-rs/argon2", "pg", "pino", "nodemailer", "prom-client"],
  devIndicators: false,
  // `npm test` checks the types of the whole repository, tests and benchmarks included; a build need not do it again.
  typescript: { ignoreBuildErrors: true },
  async headers() {
    return [{ source: "/api/:path*", headers: [{ key: "Cache-Control", value: "no-store" }] }];
  },
};

export default config;
