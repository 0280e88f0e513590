/** The targets: the hosts that Oriel may run commands on. */
import { useMemo, useState } from "react";
import { useTargets } from "../api/queries";
import type { Target } from "../api/types";
import { Link } from "../app/Link";
import { navigate, setSearch, useSearch } from "../app/router";
import { Page } from "../app/Shell";
import { useSession } from "../session/session";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { TextField } from "../ui/Field";
import { count, plural } from "../ui/format";
import { Empty, ErrorPanel, Skeleton } from "../ui/states";
import { type Column, type Sort, VirtualTable } from "../ui/VirtualTable";
import { TargetForm } from "./TargetForm";
import { address, hostKeyOf, targetMatches } from "./target";

const COLUMNS: readonly Column<Target>[] = [
  {
    key: "name",
    title: "Name",
    sortable: true,
    cell: (target) => (
      <Link to={`/targets/${target.id}`} className="row-link">
        {target.name}
      </Link>
    ),
  },
  { key: "address", title: "Address", sortable: true, cell: (target) => <code>{address(target)}</code> },
  {
    key: "transport",
    title: "Transport",
    width: "110px",
    wide: true,
    sortable: true,
    cell: (target) => target.transport,
  },
  {
    key: "host_key",
    title: "Host key",
    width: "130px",
    cell: (target) => {
      if (target.transport === "local") return <span className="muted">not needed</span>;
      return hostKeyOf(target) ? (
        <span className="badge good">Pinned</span>
      ) : (
        <span className="badge warn">Not pinned</span>
      );
    },
  },
  {
    key: "labels",
    title: "Labels",
    wide: true,
    cell: (target) => (
      <span className="muted">
        {Object.entries(target.labels ?? {})
          .map(([name, value]) => `${name}=${value}`)
          .join(", ") || "–"}
      </span>
    ),
  },
];

const COLLATOR = new Intl.Collator("en", { numeric: true });

const sortValue = (target: Target, key: string): string =>
  key === "address" ? address(target) : key === "transport" ? target.transport : target.name;

export function TargetsPage() {
  const targets = useTargets();
  const { isAdmin } = useSession();
  const search = useSearch();
  const query = search.get("q") ?? "";
  const adding = search.get("add") === "1";
  const [sort, setSort] = useState<Sort>({ key: "name", descending: false });
  const rows = useMemo(() => {
    const order = (a: Target, b: Target) =>
      COLLATOR.compare(sortValue(a, sort.key), sortValue(b, sort.key)) * (sort.descending ? -1 : 1);
    return targets.rows.filter((target) => targetMatches(target, query)).sort(order);
  }, [targets.rows, query, sort]);
  const add = (
    <Button variant="primary" onClick={() => setSearch({ add: "1" })}>
      Add a target
    </Button>
  );
  const any = targets.rows.length > 0;
  return (
    <Page
      title="Targets"
      fill
      sub="The hosts that commands run on. A host is trusted by its pinned key only."
      actions={isAdmin && any ? add : null}
    >
      {any ? (
        <search className="filters">
          <TextField
            label="Search"
            type="search"
            placeholder="Name, address or label"
            value={query}
            onChange={(event) => setSearch({ q: event.target.value })}
          />
          <span className="count num" role="status">
            {query
              ? `${count(rows.length)} of ${plural(targets.rows.length, "target")}`
              : plural(targets.rows.length, "target")}
            {targets.complete || targets.isError ? "" : ", loading more…"}
          </span>
        </search>
      ) : null}
      {targets.isPending ? <Skeleton label="Loading the targets" /> : null}
      {targets.isError ? <ErrorPanel error={targets.error} retry={() => void targets.refetch()} /> : null}
      {targets.isSuccess && !any ? (
        <Empty title="No target yet" actions={isAdmin ? add : null}>
          {isAdmin
            ? "Add a host with its address, user and private key. Oriel shows the host's key for you to pin before anything runs there."
            : "An administrator can add hosts; they then appear here."}
        </Empty>
      ) : null}
      {any && rows.length === 0 ? (
        <Empty title="No match">No target has “{query}” in its name, address or labels.</Empty>
      ) : null}
      {rows.length > 0 ? (
        <VirtualTable
          label="Targets"
          columns={COLUMNS}
          rows={rows}
          rowKey={(target) => target.id}
          href={(target) => `/targets/${target.id}`}
          sort={sort}
          onSort={setSort}
        />
      ) : null}
      {adding && isAdmin ? (
        <Dialog title="Add a target" onClose={() => setSearch({ add: "" })}>
          <TargetForm
            onDone={(target) => navigate(`/targets/${target.id}`)}
            onCancel={() => setSearch({ add: "" })}
          />
        </Dialog>
      ) : null}
    </Page>
  );
}
