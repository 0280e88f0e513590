/**
 * The host key: scanned from the host, shown as a fingerprint, and pinned only by a person who has compared it.
 * A key that differs from the pinned one is shown as the danger that it is.
 */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client";
import { keys, refresh } from "../api/queries";
import type { HostKey, Target } from "../api/types";
import { useSession } from "../session/session";
import { Button, CopyButton } from "../ui/Button";
import { ErrorPanel } from "../ui/states";
import { useToasts } from "../ui/toasts";
import { hostKeyOf } from "./target";

export function HostKeyPanel({ target }: { target: Target }) {
  const client = useQueryClient();
  const { canOperate, isAdmin } = useSession();
  const { say } = useToasts();
  const [compared, setCompared] = useState(false);
  const pinned = hostKeyOf(target);

  const scan = useMutation({
    mutationFn: () => request<HostKey>(`/targets/${target.id}/host-key`, { method: "POST" }),
    onSuccess: () => setCompared(false),
  });
  const pin = useMutation({
    mutationFn: (fingerprint: string) =>
      request(`/targets/${target.id}/host-key`, { method: "PUT", body: { fingerprint } }),
    onSuccess: async () => {
      say("The host key is pinned.");
      scan.reset();
      await refresh(client, keys.target(target.id), keys.targets);
    },
  });
  const found = scan.data;
  const isPinned = found ? found.pinned && found.matches === true : false;

  return (
    <section className="panel" aria-labelledby="host-key-title">
      <div className="panel-head">
        <h2 id="host-key-title">Host key</h2>
        {canOperate ? (
          <Button small busy={scan.isPending} onClick={() => scan.mutate()}>
            {scan.isPending ? "Scanning…" : "Scan the host key"}
          </Button>
        ) : null}
      </div>
      <div className="panel-body stack" aria-live="polite">
        {pinned ? (
          <div>
            <p className="muted small">Pinned. A host that shows any other key is refused.</p>
            <div className="fingerprint">{pinned}</div>
          </div>
        ) : (
          <div className="notice warn">
            <strong>No key is pinned</strong>
            <p>
              Nothing runs on this host until its key is pinned. Scan it, compare the fingerprint with the
              host's own, then pin it.
            </p>
          </div>
        )}
        {scan.error ? <ErrorPanel error={scan.error} title="The host key could not be read" /> : null}
        {found?.matches === false ? (
          <div className="notice bad" role="alert">
            <strong>The host shows another key than the pinned one</strong>
            <p>
              Either the host was set up anew, or something stands between Oriel and the host. Find out which
              before you pin this key.
            </p>
          </div>
        ) : null}
        {isPinned ? <p className="good">The host shows the pinned key.</p> : null}
        {found && !isPinned ? (
          <>
            <div>
              <p className="muted small">
                {found.algorithm}, as the host shows it now. On the host:{" "}
                <code>ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub</code>
              </p>
              <div className="fingerprint">{found.fingerprint}</div>
            </div>
            {isAdmin ? (
              <>
                <label className="check">
                  <input
                    type="checkbox"
                    checked={compared}
                    onChange={(event) => setCompared(event.target.checked)}
                  />
                  I have compared this fingerprint with the host's own
                </label>
                <div className="actions">
                  <Button
                    variant="primary"
                    disabled={!compared}
                    busy={pin.isPending}
                    onClick={() => pin.mutate(found.fingerprint)}
                  >
                    {pinned ? "Pin this key instead" : "Pin this key"}
                  </Button>
                  <CopyButton text={found.fingerprint} what="fingerprint" />
                </div>
              </>
            ) : (
              <p className="muted">An administrator has to compare it and pin it.</p>
            )}
          </>
        ) : null}
        {pin.error ? <ErrorPanel error={pin.error} /> : null}
      </div>
    </section>
  );
}
