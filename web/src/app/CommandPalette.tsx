/** The command palette: every screen and the nearest incidents, targets and actions, by typing a part of the name. */
import { type KeyboardEvent, useId, useMemo, useState } from "react";
import { useFirstTargets, useIncidents } from "../api/queries";
import { useSession } from "../session/session";
import { Dialog } from "../ui/Dialog";
import { navigate } from "./router";
import { nextTheme, setTheme, useTheme } from "./theme";

interface Command {
  id: string;
  title: string;
  kind: string;
  run: () => void;
}

const SHOWN = 40;

/** Every word typed must occur, in any order. */
export function matches(title: string, query: string): boolean {
  const text = title.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export function CommandPalette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const { canOperate, isAdmin, signOut } = useSession();
  const theme = useTheme();
  const incidents = useIncidents().rows;
  const targets = useFirstTargets().rows;
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const list = useId();

  const commands = useMemo(() => {
    const go = (title: string, to: string, kind = "Go to"): Command => ({
      id: to,
      title,
      kind,
      run: () => navigate(to),
    });
    return [
      go("Incidents", "/incidents"),
      go("Runs", "/runs"),
      go("Targets", "/targets"),
      ...(canOperate ? [go("Audit log", "/audit")] : []),
      ...(isAdmin ? [go("Users", "/users")] : []),
      go("About and health", "/about"),
      ...(canOperate ? [go("New run", "/runs/new", "Action")] : []),
      ...(isAdmin ? [go("Add a target", "/targets?add=1", "Action")] : []),
      {
        id: "theme",
        title: `Use the ${nextTheme(theme)} theme`,
        kind: "Action",
        run: () => setTheme(nextTheme(theme)),
      },
      { id: "help", title: "Keyboard shortcuts", kind: "Action", run: onHelp },
      { id: "sign-out", title: "Sign out", kind: "Action", run: signOut },
      ...incidents.map((incident) => go(incident.title, `/incidents/${incident.id}`, "Incident")),
      ...targets.map((target) => go(target.name, `/targets/${target.id}`, "Target")),
    ];
  }, [incidents, targets, canOperate, isAdmin, theme, signOut, onHelp]);

  const found = commands
    .filter((command) => matches(`${command.kind} ${command.title}`, query))
    .slice(0, SHOWN);
  const at = Math.min(chosen, found.length - 1);
  const option = (index: number) => `${list}-${index}`;

  const pick = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const key = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) {
      event.preventDefault();
      const to = (at + step + found.length) % Math.max(1, found.length);
      setChosen(to);
      document.getElementById(option(to))?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      pick(found[at]);
    }
  };

  return (
    <Dialog title="Command palette" onClose={onClose} className="palette" bare>
      <input
        className="input"
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={found.length ? option(at) : undefined}
        aria-label="Find a screen, an incident, a target or an action"
        placeholder="Find a screen, an incident, a target or an action"
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setChosen(0);
        }}
        onKeyDown={key}
      />
      {found.length === 0 ? <p className="empty">Nothing has “{query}” in its name.</p> : null}
      <div className="options" id={list} aria-label="Matches" role="listbox">
        {found.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard acts through the input (aria-activedescendant)
          // biome-ignore lint/a11y/useFocusableInteractive: the same
          <div
            key={command.id}
            id={option(index)}
            role="option"
            aria-selected={index === at}
            onClick={() => pick(command)}
            onMouseMove={() => setChosen(index)}
          >
            <span className="break">{command.title}</span>
            <span className="muted small">{command.kind}</span>
          </div>
        ))}
      </div>
    </Dialog>
  );
}
