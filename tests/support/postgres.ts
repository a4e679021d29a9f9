import { postgresServer, type Postgres } from "./postgres-server.ts";
import { lacking, type Skip } from "./tools.ts";

const missing = "There is no PostgreSQL on this machine";

/** A PostgreSQL for a test. Without one, see `lacking`; elsewhere than on Linux the test is skipped. */
export async function startPostgres(skip: Skip): Promise<Postgres> {
  const server = await postgresServer();
  if (server) return server;
  if (process.platform === "linux") lacking(skip, "PostgreSQL");
  skip(missing);
  throw new Error(missing);
}
