import type { TestContext } from "vitest";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from "smtp-server";

/** How the server treats one attempt. "Before" and "after" are about the body of the message. */
export type Treatment =
  | { readonly at: "envelope" | "body"; readonly code: number; readonly text?: string }
  | "drop-before"
  /** The message is taken and kept, but the connection is gone before the server says so. */
  | "drop-after";

export interface Received {
  readonly from: string;
  readonly to: string;
  readonly raw: string;
  readonly messageId: string;
  readonly isEncrypted: boolean;
  readonly isUtf8: boolean;
  readonly user: string | undefined;
}

export interface TestServer {
  readonly port: number;
  /** Everything it took, in order, including what it took without saying so. */
  readonly received: Received[];
  /** Every recipient named to it, in order, whatever became of it. */
  readonly named: string[];
  readonly connections: () => number;
  /** Treats the next attempts for this recipient, or from this sender, in that way: one each. */
  treat(address: string, ...treatments: readonly Treatment[]): void;
  /** Breaks every connection, as a restart does. */
  dropAll(): void;
  /** Drops every connection and stops listening. */
  close(): Promise<void>;
}

interface Options {
  /** Offers STARTTLS, with a certificate that nobody vouches for (see `certificate`). */
  readonly starttls?: boolean;
  /** TLS from the first byte. */
  readonly tls?: boolean;
  /** Nobody sends without logging in. */
  readonly login?: { readonly user: string; readonly pass: string };
  readonly port?: number;
  /** Called as soon as a message is taken, before the client learns it. */
  readonly onReceived?: (message: Received) => void;
  readonly server?: SMTPServerOptions;
}

/** Starts a real SMTP server on 127.0.0.1, on a free port unless told. */
export async function startSmtp(options: Options = {}): Promise<TestServer> {
  const [received, named]: [Received[], string[]] = [[], []];
  const treatments = new Map<string, Treatment[]>();
  const current = new Map<string, Treatment | undefined>();
  let connections = 0;
  const take = (address: string): Treatment | undefined => treatments.get(address)?.shift();
  const server = new SMTPServer({
    secure: options.tls ?? false,
    key: privateKey,
    cert: certificate,
    disableReverseLookup: true,
    authOptional: options.login === undefined,
    disabledCommands: [...(options.starttls ? [] : ["STARTTLS"]), ...(options.login ? [] : ["AUTH"])],
    allowInsecureAuth: true,
    closeTimeout: 10,
    ...options.server,
    onConnect: (_session, done) => {
      connections += 1;
      done();
    },
    onAuth: ({ username, password, accessToken }, _session, done) => {
      const isRight = username === options.login?.user && (accessToken ?? password) === options.login?.pass;
      done(isRight ? null : refusal(535, "5.7.8 Wrong user name or password"), { user: username });
    },
    onMailFrom: ({ address }, session, done) => {
      const treatment = take(address);
      if (treatment === "drop-before") return drop(session);
      done(refusalAt("envelope", treatment));
    },
    onRcptTo: ({ address }, session, done) => {
      named.push(address);
      const treatment = take(address);
      current.set(session.id, treatment);
      if (treatment === "drop-before") return drop(session);
      done(refusalAt("envelope", treatment));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const treatment = current.get(session.id);
        const refused = refusalAt("body", treatment);
        if (refused) return done(refused);
        const message = receivedFrom(session, Buffer.concat(chunks).toString());
        received.push(message);
        options.onReceived?.(message);
        if (treatment === "drop-after") return drop(session);
        done();
      });
    },
  });
  // Connections that break are what some tests are about.
  server.on("error", () => {});

  function drop({ id }: SMTPServerSession): void {
    for (const connection of server.connections)
      if (connection.session.id === id) connection._socket.destroy();
  }

  function dropAll(): void {
    for (const connection of server.connections) connection._socket.destroy();
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    named,
    connections: () => connections,
    treat: (address, ...next) => void treatments.set(address, [...(treatments.get(address) ?? []), ...next]),
    dropAll,
    close: () =>
      new Promise<void>((resolve) => {
        dropAll();
        server.close(resolve);
      }),
  };
}

function refusalAt(place: "envelope" | "body", treatment: Treatment | undefined): Error | undefined {
  if (typeof treatment !== "object" || treatment.at !== place) return undefined;
  return refusal(treatment.code, treatment.text ?? "Not today");
}

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

function receivedFrom(session: SMTPServerSession, raw: string): Received {
  const { mailFrom, rcptTo, smtpUtf8 } = session.envelope;
  return {
    from: mailFrom === false ? "" : mailFrom.address,
    to: rcptTo.map(({ address }) => address).join(", "),
    raw,
    messageId: /^message-id: *(<[^>]+>)/im.exec(raw)?.[1] ?? "",
    isEncrypted: session.secure,
    isUtf8: smtpUtf8 === true,
    user: session.user as string | undefined,
  };
}

/** For localhost and 127.0.0.1, signed by itself, good until 2120. Guards nothing: tests only. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBaDCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBEKQJcgXUcOyFzh
VhTmIvxkZWHj++466YDZOFRc8RVVeOdODlkiMR7k8wHFqllKos9aR5JJVwQfIrCV
VxDBDQ+jTjBMMA8GA1UdEwEB/wQFMAMBAf8wGgYDVR0RBBMwEYIJbG9jYWxob3N0
hwR/AAABMB0GA1UdDgQWBBTTH1O0sVqzCHYZ6EvAOYyFocUomzAKBggqhkjOPQQD
AgNJADBGAiEAv3C3ZYakMv9/XSqk3a+CAHXS0Dc3zIpx6O+uWrZJb+cCIQDxQJq5
RjSVdfDUI2I4ibfJyYp4TeT+mumzoC3iohd6Kw==
-----END CERTIFICATE-----
`;

export const privateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgnSG8YfnAeE+jT0dK
TqMZ5dyCxBxD9QX3SuPeQvuisB+hRANCAAQRCkCXIF1HDshc4VYU5iL8ZGVh4/vu
OumA2ThUXPEVVXjnTg5ZIjEe5PMBxapZSqLPWkeSSVcEHyKwlVcQwQ0P
-----END PRIVATE KEY-----
`;

/** A server for the length of a test. */
export async function smtpFor(
  test: TestContext,
  options: Parameters<typeof startSmtp>[0] = {},
): Promise<TestServer> {
  const smtp = await startSmtp(options);
  test.onTestFinished(() => smtp.close());
  return smtp;
}
