import { listen, type Endpoint } from "../listen.ts";
import { unsubscribeApp, type UnsubscribeOptions } from "./app.ts";
import { writePages, type House } from "./pages.ts";

export interface EndpointOptions extends Omit<UnsubscribeOptions, "pages"> {
  readonly house: House;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/**
 * Starts the unsubscribe endpoint.
 * @throws UserError (exit 2) when it cannot listen there
 */
export async function startUnsubscribe({ house, host, port, ...rest }: EndpointOptions): Promise<Endpoint> {
  const { fetch } = unsubscribeApp({ ...rest, pages: await writePages(house) });
  const hints = { port: "--port N", host: "--host 127.0.0.1 behind a proxy on this machine" };
  return listen({ fetch, host, port, hints });
}
