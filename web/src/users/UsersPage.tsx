/** The accounts and their roles. Administrators only; the server enforces it, and this page says so. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Problem, request } from "../api/client";
import { keys, refresh, useUsers } from "../api/queries";
import type { Role, User } from "../api/types";
import { Page } from "../app/Shell";
import { useSession } from "../session/session";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { SelectField, TextField } from "../ui/Field";
import { sentence } from "../ui/format";
import { ErrorPanel, Skeleton, Time } from "../ui/states";
import { useToasts } from "../ui/toasts";
import { type Column, VirtualTable } from "../ui/VirtualTable";

const ROLES: readonly (readonly [Role, string])[] = [
  ["admin", "Administrator: manages users and targets too"],
  ["operator", "Operator: investigates and runs commands"],
  ["viewer", "Viewer: looks, changes nothing"],
];

export function UsersPage() {
  const { isAdmin } = useSession();
  return (
    <Page title="Users" fill>
      {isAdmin ? <Users /> : <div className="notice warn">Only administrators see and change users.</div>}
    </Page>
  );
}

function Users() {
  const users = useUsers();
  const { user: me } = useSession();
  const [open, setOpen] = useState<User | "new" | null>(null);
  const columns: readonly Column<User>[] = [
    {
      key: "username",
      title: "User name",
      cell: (user) => (
        <>
          <strong>{user.username}</strong> {user.id === me.id ? <span className="muted">(you)</span> : null}
        </>
      ),
    },
    { key: "role", title: "Role", width: "clamp(92px, 10vw, 140px)", cell: (user) => sentence(user.role) },
    {
      key: "state",
      title: "State",
      width: "120px",
      wide: true,
      cell: (user) =>
        user.disabled ? (
          <span className="badge warn">Disabled</span>
        ) : (
          <span className="badge good">Active</span>
        ),
    },
    {
      key: "created",
      title: "Created",
      width: "130px",
      wide: true,
      cell: (user) => <Time at={user.created_at} />,
    },
    {
      key: "edit",
      title: "Change",
      width: "84px",
      right: true,
      cell: (user) => (
        <Button small onClick={() => setOpen(user)} aria-label={`Edit ${user.username}`}>
          Edit
        </Button>
      ),
    },
  ];
  return (
    <>
      <div className="filters">
        <Button variant="primary" onClick={() => setOpen("new")}>
          Add a user
        </Button>
      </div>
      {users.isPending ? <Skeleton label="Loading the users" /> : null}
      {users.isError ? <ErrorPanel error={users.error} retry={() => void users.refetch()} /> : null}
      {users.rows.length > 0 ? (
        <VirtualTable label="Users" columns={columns} rows={users.rows} rowKey={(user) => user.id} />
      ) : null}
      {open ? (
        <Dialog title={open === "new" ? "Add a user" : `Edit ${open.username}`} onClose={() => setOpen(null)}>
          <UserForm
            user={open === "new" ? null : open}
            self={open !== "new" && open.id === me.id}
            onClose={() => setOpen(null)}
          />
        </Dialog>
      ) : null}
    </>
  );
}

function UserForm({ user, self, onClose }: { user: User | null; self: boolean; onClose: () => void }) {
  const client = useQueryClient();
  const { say } = useToasts();
  const [username, setUsername] = useState(user?.username ?? "");
  const [role, setRole] = useState<Role>(user?.role ?? "viewer");
  const [password, setPassword] = useState("");
  const [disabled, setDisabled] = useState(user?.disabled ?? false);
  const save = useMutation({
    mutationFn: () =>
      user
        ? request<User>(`/users/${user.id}`, {
            method: "PATCH",
            body: { ...(self ? {} : { role, disabled }), ...(password ? { password } : {}) },
          })
        : request<User>("/users", { method: "POST", body: { username: username.trim(), password, role } }),
    onSuccess: async () => {
      say(user ? `${user.username} is changed.` : `${username.trim()} is added.`);
      onClose();
      await refresh(client, keys.users);
    },
  });
  const problem = save.error instanceof Problem ? save.error : null;
  const errorOf = (field: string) => (problem?.field === field ? problem.message : null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };
  return (
    <form className="stack" onSubmit={submit}>
      {save.error && !["username", "role", "password"].includes(problem?.field ?? "") ? (
        <ErrorPanel error={save.error} />
      ) : null}
      {user ? null : (
        <TextField
          label="User name"
          required
          autoFocus
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={username}
          onChange={(event) => setUsername(event.target.value)}
          error={errorOf("username")}
        />
      )}
      <SelectField
        label="Role"
        value={role}
        disabled={self}
        onChange={(event) => setRole(event.target.value as Role)}
        error={errorOf("role")}
        hint={self ? "Another administrator must change your own role." : undefined}
      >
        {ROLES.map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </SelectField>
      <TextField
        label={user ? "New password" : "Password"}
        type="password"
        autoComplete="new-password"
        minLength={12}
        required={!user}
        hint={
          user
            ? "Leave empty to keep the present one. A new one ends their sessions."
            : "At least 12 characters."
        }
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={errorOf("password")}
      />
      {user && !self ? (
        <label className="check">
          <input type="checkbox" checked={disabled} onChange={(event) => setDisabled(event.target.checked)} />
          Disabled: cannot sign in, and open sessions end
        </label>
      ) : null}
      <div className="dialog-foot">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" busy={save.isPending}>
          {user ? "Save" : "Add the user"}
        </Button>
      </div>
    </form>
  );
}
