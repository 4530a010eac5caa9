/**
 * Which way imports may point: app -> trpc -> auth -> account | directory | audit -> db -> platform.
 * `ui` stands beside `app` and imports nothing of the others; nothing imports `workbench` or `cli`.
 */
const room = (name) => `^src/${name}/`;
const outside = (from, allowed) => ({
  name: `${from}-imports-downwards-only`,
  comment: `src/${from} may import ${allowed.join(", ") || "nothing of the other rooms"}.`,
  severity: "error",
  from: { path: room(from), pathNot: "\\.test\\.tsx?$" },
  to: { path: "^(src|db)/", pathNot: [room(from), ...allowed.map((name) => (name === "db" ? "^db/" : room(name)))] },
});

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    outside("platform", []),
    outside("ui", []),
    outside("audit", ["platform", "db"]),
    outside("account", ["platform", "db"]),
    outside("directory", ["platform", "db"]),
    outside("auth", ["account", "directory", "audit", "platform", "db"]),
    outside("trpc", ["auth", "account", "directory", "audit", "platform", "db"]),
    outside("server", ["auth", "platform"]),
    outside("app", ["ui", "trpc", "auth", "account", "directory", "audit", "platform"]),
    {
      name: "db-stands-on-platform",
      severity: "error",
      from: { path: "^db/", pathNot: "\\.test\\.ts$" },
      to: { path: "^src/", pathNot: room("platform") },
    },
    {
      name: "nothing-imports-workbench-or-cli",
      severity: "error",
      from: { path: "^(src|db)/", pathNot: ["^src/(workbench|cli)/", "\\.test\\.tsx?$"] },
      to: { path: "^src/(workbench|cli)/" },
    },
    {
      name: "sql-lives-in-stores",
      comment: "Only *.store.server.ts files and db/ speak SQL.",
      severity: "error",
      from: { path: "^src/", pathNot: ["\\.store\\.server\\.ts$", "^src/workbench/", "\\.test\\.ts$"] },
      to: { path: "node_modules/(kysely|pg)/" },
    },
    {
      name: "next-auth-stays-behind-auth",
      comment: "The pages' session provider and what reads it are the one exception.",
      severity: "error",
      from: {
        path: "^(src|db)/",
        pathNot: [room("auth"), "session-provider\\.client\\.tsx$", "signed-in-as\\.client\\.tsx$"],
      },
      to: { path: "node_modules/next-auth/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "client-never-reaches-server",
      severity: "error",
      from: { path: "\\.client\\.tsx?$" },
      to: { path: "\\.server\\.tsx?$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "production-needs-no-development-package",
      comment: "The panel of the developer tools is loaded in development only: devtools.client.tsx sees to it.",
      severity: "error",
      from: { path: "^(src|db)/", pathNot: ["^src/workbench/", "/devtools-panel\\.client\\.tsx$", "\\.test\\.tsx?$"] },
      to: { dependencyTypes: ["npm-dev"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { conditionNames: ["react-server", "import", "require", "node", "default"] },
  },
};
