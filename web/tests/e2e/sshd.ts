/** A real sshd on a free port with a key of its own, for the target tests. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

export interface Sshd {
  port: number;
  user: string;
  privateKey: string;
  fingerprint: string;
  /** The host's directory: its home, and `bin` first on its PATH. */
  directory: string;
  stop: () => void;
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });

export async function startSshd(): Promise<Sshd> {
  const directory = mkdtempSync(join(tmpdir(), "oriel-sshd-"));
  chmodSync(directory, 0o755);
  const file = (name: string) => join(directory, name);
  for (const name of ["host", "client"]) {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file(name)]);
  }
  writeFileSync(file("authorized_keys"), readFileSync(file("client.pub")), { mode: 0o600 });
  // sshd insists on its privilege separation directory when it runs as root.
  if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true });
  const port = await freePort();
  const config = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${file("host")}`,
    `AuthorizedKeysFile ${file("authorized_keys")}`,
    `PidFile ${file("pid")}`,
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "UsePAM no",
    "StrictModes no",
    "PermitRootLogin prohibit-password",
    `SetEnv HOME=${directory} PATH=${directory}/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
  ];
  writeFileSync(file("config"), `${config.join("\n")}\n`);
  const process: ChildProcess = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", file("config")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  await new Promise<void>((resolve, reject) => {
    let log = "";
    process.stderr?.on("data", (chunk) => {
      log += chunk;
      if (log.includes("Server listening")) resolve();
    });
    process.on("error", reject);
    process.on("exit", (code) => reject(new Error(`sshd ended with ${code}: ${log}`)));
  });
  const fingerprint =
    execFileSync("ssh-keygen", ["-lf", file("host.pub")])
      .toString()
      .split(" ")[1] ?? "";
  return {
    port,
    user: userInfo().username,
    privateKey: readFileSync(file("client"), "utf8"),
    fingerprint,
    directory,
    stop: () => {
      process.kill("SIGKILL");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
