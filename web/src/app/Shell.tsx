/** The frame around every screen: skip link, navigation, connection, theme, user; and the live updates of lists. */
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useConnection, useTopic } from "../api/live";
import { keys, refresh } from "../api/queries";
import { useSession } from "../session/session";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { sentence } from "../ui/format";
import { Icon, type IconName, Logo } from "../ui/icons";
import { CommandPalette } from "./CommandPalette";
import { Link } from "./Link";
import { usePath } from "./router";
import { SHORTCUTS, useShortcuts } from "./shortcuts";
import { nextTheme, setTheme, useTheme } from "./theme";

const CONNECTION = {
  idle: ["", "Live updates idle"],
  connecting: ["busy", "Connecting…"],
  open: ["on", "Live"],
  waiting: ["off", "Connection lost, retrying"],
} as const;

export function Shell({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const { user, canOperate, isAdmin, signOut } = useSession();
  const path = usePath();
  const theme = useTheme();
  const connection = useConnection();
  const [open, setOpen] = useState(false);
  const [dialog, setDialog] = useState<"palette" | "help" | null>(null);
  const close = useCallback(() => setDialog(null), []);
  const help = useCallback(() => setDialog("help"), []);

  useShortcuts({ palette: () => setDialog("palette"), help, canOperate });
  useTopic("incidents", () => void refresh(client, keys.incidents));
  useTopic("runs", () => void refresh(client, keys.runs));
  useCatchUp(connection);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes when the path changes
  useEffect(() => setOpen(false), [path]);
  useFocusOnNavigation(path);

  const item = (to: string, icon: IconName, title: string) => (
    <Link to={to} aria-current={path === to || path.startsWith(`${to}/`) ? "page" : undefined}>
      <Icon name={icon} /> {title}
    </Link>
  );
  const [tone, label] = CONNECTION[connection];
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <div className="frame">
        <header className={`side ${open ? "open" : ""}`}>
          <div className="side-top">
            <Link to="/incidents" className="brand">
              <Logo /> Oriel
            </Link>
            <Button
              variant="quiet"
              className="menu-toggle"
              aria-expanded={open}
              aria-controls="navigation"
              onClick={() => setOpen(!open)}
            >
              <Icon name="menu" /> Menu
            </Button>
          </div>
          <nav id="navigation" aria-label="Main">
            {item("/incidents", "incidents", "Incidents")}
            {item("/runs", "runs", "Runs")}
            {item("/targets", "targets", "Targets")}
            <div className="rule" />
            {canOperate ? item("/audit", "audit", "Audit") : null}
            {isAdmin ? item("/users", "users", "Users") : null}
            {item("/about", "about", "About")}
          </nav>
          <div className="side-foot">
            <button type="button" className="side-button" onClick={() => setDialog("palette")}>
              <Icon name="search" /> Find <kbd>Ctrl K</kbd>
            </button>
            <button type="button" className="side-button" onClick={() => setTheme(nextTheme(theme))}>
              <Icon name="theme" /> Theme: {theme}
            </button>
            <button type="button" className="side-button" onClick={help}>
              <Icon name="help" /> Shortcuts <kbd>?</kbd>
            </button>
            <div className="connection" role="status">
              <span className={`dot ${tone}`} /> {label}
            </div>
            <div className="who">
              {user.username}
              <div className="muted small">{sentence(user.role)}</div>
            </div>
            <button type="button" className="side-button" onClick={signOut}>
              <Icon name="signOut" /> Sign out
            </button>
          </div>
        </header>
        {children}
      </div>
      {dialog === "palette" ? <CommandPalette onClose={close} onHelp={help} /> : null}
      {dialog === "help" ? (
        <Dialog title="Keyboard shortcuts" onClose={close}>
          <dl className="keys">
            {SHORTCUTS.map(([shortcut, meaning]) => (
              <div key={shortcut} style={{ display: "contents" }}>
                <dt>
                  {shortcut.split(" ").map((each) => (
                    <span key={each}>
                      <kbd>{each}</kbd>{" "}
                    </span>
                  ))}
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </Dialog>
      ) : null}
    </>
  );
}

/** After a lost connection, everything on the page is read again: the stream resumes only what it had begun. */
function useCatchUp(connection: string): void {
  const client = useQueryClient();
  const lost = useRef(false);
  useEffect(() => {
    if (connection === "waiting") lost.current = true;
    else if (connection === "open" && lost.current) {
      lost.current = false;
      void client.invalidateQueries();
    }
  }, [connection, client]);
}

/** A new screen takes the focus, so that a keyboard or a screen reader starts at its beginning. */
function useFocusOnNavigation(path: string): void {
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    window.scrollTo(0, 0);
    const main = document.getElementById("main");
    // A screen that gave the focus to its first field knows better.
    if (!main?.contains(document.activeElement)) main?.focus({ preventScroll: true });
  }, [path]);
}

interface PageProps {
  title: string;
  crumb?: ReactNode;
  sub?: ReactNode;
  actions?: ReactNode;
  /** The page has the window's height, and its list scrolls inside. */
  fill?: boolean;
  children: ReactNode;
}

export function Page({ title, crumb, sub, actions, fill, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Oriel`;
  }, [title]);
  return (
    <main id="main" tabIndex={-1} className={`page ${fill ? "fill" : ""}`}>
      <div className="page-head">
        <div>
          {crumb ? <div className="crumb">{crumb}</div> : null}
          <h1>{title}</h1>
          {sub ? <div className="sub">{sub}</div> : null}
        </div>
        {actions ? <div className="actions">{actions}</div> : null}
      </div>
      {children}
    </main>
  );
}
