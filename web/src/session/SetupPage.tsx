/** The first-run page: makes the first administrator with the one-time token that the terminal printed. */

import { useSetup } from "../api/queries";
import { Link } from "../app/Link";
import { useSearch } from "../app/router";
import { ErrorPanel } from "../ui/states";
import { CredentialsForm, Entrance } from "./Entrance";

export function SetupPage() {
  const token = useSearch().get("token");
  const setup = useSetup();
  if (setup.isError) {
    return (
      <Entrance title="Set up Oriel" intro="The server could not say whether it needs setting up.">
        <ErrorPanel error={setup.error} retry={() => void setup.refetch()} />
      </Entrance>
    );
  }
  if (setup.data?.needed === false) {
    return (
      <Entrance title="Oriel is set up" intro="The first administrator exists already.">
        <p>
          <Link to="/sign-in">Sign in</Link>
        </p>
      </Entrance>
    );
  }
  if (!token) {
    return (
      <Entrance
        title="Set up Oriel"
        intro="Nobody can sign in yet. Open the link that Oriel printed in its terminal: it carries the one-time token that lets you make the first administrator."
      >
        <p className="muted small">
          It looks like <code>/setup?token=…</code> and is printed at each start until it has been used.
        </p>
      </Entrance>
    );
  }
  return (
    <Entrance title="Set up Oriel" intro="Make the first administrator of this installation.">
      <CredentialsForm
        path="/setup"
        extra={{ token }}
        submit="Create administrator"
        newPassword
        next={null}
      />
    </Entrance>
  );
}
