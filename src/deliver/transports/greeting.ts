import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";

/**
 * Takes the name of a mail server's transport, such as `smtp://mail.example.org:587`, and how long to wait in
 * milliseconds. Gives its first line of greeting (RFC 5321, 4.2); logs in nowhere and sends nothing. Rejects with the
 * system's fault, or with what the server said in its place.
 */
export async function greetingOf(name: string, patience: number): Promise<string> {
  const { protocol, hostname, port } = new URL(name);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const where = { host, port: Number(port) };
  const socket = protocol === "smtps:" ? connectTls({ ...where, servername: host }) : connect(where);
  socket.setTimeout(patience, () => socket.destroy(new Error("it does not answer")));
  try {
    const [said] = (await Promise.race([
      once(socket, "data"),
      once(socket, "close").then(() => Promise.reject(new Error("it closed the line"))),
    ])) as [Buffer];
    const line = said.toString("latin1").split("\r\n", 1)[0] ?? "";
    if (!line.startsWith("220")) throw new Error(`it does not greet as a mail server: ${line.slice(0, 100)}`);
    return line.slice(4);
  } finally {
    socket.destroy();
  }
}
