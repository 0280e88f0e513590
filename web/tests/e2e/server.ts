/**
 * Starts the real server for the tests: `oriel serve --demo` on a free port with a temporary data directory. The tests
 * read where it is from the environment. What it logged is printed when it does not start.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const START_MS = 60_000;
const STOP_MS = 35_000;

export default async function start(): Promise<() => Promise<void>> {
  const binary = resolve(process.env.ORIEL_BIN ?? "../target/debug/oriel");
  if (!existsSync(binary))
    throw new Error(`${binary} does not exist: run "cargo build -p oriel", or set ORIEL_BIN.`);
  const data = mkdtempSync(join(tmpdir(), "oriel-e2e-"));
  // An empty configuration file, so that none that happens to lie about is read.
  const config = join(data, "oriel.toml");
  writeFileSync(config, "");
  const server = spawn(
    binary,
    ["serve", "--demo", "--listen", "127.0.0.1:0", "--data-dir", data, "--config", config],
    {
      stdio: ["ignore", "pipe", "pipe"],
      cwd: data,
    },
  );
  const link = await setupLink(server).catch(async (error) => {
    await stop(server);
    rmSync(data, { recursive: true, force: true });
    throw error;
  });
  process.env.ORIEL_SETUP = link.href;
  process.env.ORIEL_URL = link.origin;
  process.env.ORIEL_E2E_STATE = join(data, "e2e");
  return async () => {
    await stop(server);
    rmSync(data, { recursive: true, force: true });
  };
}

/** Reads what the server prints until the one-time link of the first run. */
function setupLink(server: ChildProcess): Promise<URL> {
  return new Promise((resolveLink, reject) => {
    let output = "";
    const timer = setTimeout(
      () => reject(new Error(`The server printed no setup link:\n${output}`)),
      START_MS,
    );
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const found = /https?:\/\/[^\s"'\\]+\/setup\?token=[^\s"'\\]+/.exec(output);
      if (!found) return;
      clearTimeout(timer);
      resolveLink(new URL(found[0]));
    };
    server.stdout?.on("data", read);
    server.stderr?.on("data", read);
    server.on("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`The server ended with ${code}:\n${output}`));
    });
  });
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((done) => server.once("exit", done));
  server.kill("SIGTERM");
  const timer = setTimeout(() => server.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(timer);
}
