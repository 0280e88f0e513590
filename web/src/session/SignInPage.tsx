/** Sign-in. Returns to the page that asked for it. */
import { useEffect } from "react";
import { useSessionQuery, useSetup } from "../api/queries";
import { navigate, safeReturn, useSearch } from "../app/router";
import { CredentialsForm, Entrance } from "./Entrance";

export function SignInPage() {
  const next = useSearch().get("next");
  const setup = useSetup();
  const session = useSessionQuery();
  useEffect(() => {
    if (session.data) navigate(safeReturn(next), { replace: true });
    else if (setup.data?.needed) navigate("/setup", { replace: true });
  }, [session.data, setup.data, next]);
  return (
    <Entrance
      title="Sign in"
      intro={next ? "Sign in to go on where you were." : "What is wrong, why, and how sure."}
    >
      <CredentialsForm path="/session" submit="Sign in" newPassword={false} next={next} />
    </Entrance>
  );
}
