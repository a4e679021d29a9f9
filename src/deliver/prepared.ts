import type { Compilable, CompiledQuery, Kysely, QueryResult } from "kysely";

import type { Tables } from "./schema.ts";

/** Stands in a query for a value that is given when it is run. */
class Slot {
  readonly name: PropertyKey;

  constructor(name: PropertyKey) {
    this.name = name;
  }
}

/**
 * A query that is put together once for each kind of database and then run with other values: for what is asked for every
 * message, putting it together takes longer than running it.
 * @param make gives the query, with `slot(name)` where a value goes
 */
export function prepared<Values extends object>(
  make: (
    db: Kysely<Tables>,
    slot: <Name extends keyof Values>(name: Name) => Values[Name],
  ) => Compilable<unknown>,
): (db: Kysely<Tables>, values: Values) => Promise<QueryResult<unknown>> {
  const kinds = new Map<unknown, CompiledQuery>();
  return (db, values) => {
    const kind = db.getExecutor().adapter.constructor;
    const query = kinds.get(kind) ?? make(db, (name) => new Slot(name) as never).compile();
    kinds.set(kind, query);
    const parameters = query.parameters.map((one) =>
      one instanceof Slot ? values[one.name as keyof Values] : one,
    );
    return db.executeQuery({ ...query, parameters });
  };
}
