/** A kubectl on a test's host that answers from the example incident's recording. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sshd } from "./sshd";

const RECORDING = new URL("../../../examples/checkout-outage/kubernetes/cluster.txt", import.meta.url);

/** Puts it there. `before` runs first at each call, as a shell script: to be slow, or to fail. */
export function putKubectl(sshd: Sshd, before = ""): void {
  const bin = join(sshd.directory, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(sshd.directory, "recording"), readFileSync(RECORDING));
  const script = `#!/bin/sh
${before}
asked=$(printf '%s' "$*" | sed 's/ -o wide$//')
awk -v asked="\\$ kubectl $asked" '
  /^\\$ / { line = $0; sub(/ -o wide$/, "", line); on = (line == asked); found = found || on; next }
  on { print }
  END { exit !found }' '${sshd.directory}/recording' && exit 0
case $asked in
  get\\ *) echo 'No resources found.' >&2 ;;
  *) echo 'Error from server (NotFound): it was not recorded' >&2; exit 1 ;;
esac
`;
  const file = join(bin, "kubectl");
  writeFileSync(file, script);
  chmodSync(file, 0o755);
}
