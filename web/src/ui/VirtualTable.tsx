/**
 * A table for any number of rows: only those in view exist in the page. It stays a real `table`, with the row
 * count and each row's position declared, so that a screen reader knows its size. Sorting is the caller's.
 */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import { navigate } from "../app/router";

export interface Column<T> {
  key: string;
  title: string;
  /** A CSS width; columns without one share the rest. */
  width?: string;
  /** Hidden on narrow screens. */
  wide?: boolean;
  right?: boolean;
  sortable?: boolean;
  cell: (row: T) => ReactNode;
}

export interface Sort {
  key: string;
  descending: boolean;
}

interface Props<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string | number;
  /** Where a click on the row leads (the row also holds a real link). */
  href?: (row: T) => string;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  /** Called when the end comes into view. */
  onEnd?: (() => void) | undefined;
  rowHeight?: number;
}

export function VirtualTable<T>({
  label,
  columns,
  rows,
  rowKey,
  href,
  sort,
  onSort,
  onEnd,
  rowHeight = 40,
}: Props<T>) {
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (onEnd && last >= rows.length - 20) onEnd();
  }, [last, rows.length, onEnd]);
  const before = items[0]?.start ?? 0;
  const after = Math.max(0, virtual.getTotalSize() - (items.at(-1)?.end ?? 0));
  const short = rows.length < 12;
  return (
    <section
      ref={scroller}
      className={`virtual ${short ? "short" : ""}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      aria-label={label}
    >
      <table className="table" aria-label={label} aria-rowcount={rows.length + 1}>
        <colgroup>
          {columns.map((column) => (
            <col
              key={column.key}
              className={column.wide ? "wide-only" : ""}
              style={column.width ? { width: column.width } : undefined}
            />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Head key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 ? <Pad height={before} /> : null}
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <tr
                key={rowKey(row)}
                className={`data ${href ? "clickable" : ""}`}
                aria-rowindex={item.index + 2}
                onClick={(event) => {
                  const inside = (event.target as Element).closest("a, button, input, label");
                  if (href && !inside && !window.getSelection()?.toString()) navigate(href(row));
                }}
              >
                {columns.map((column) => (
                  <td
                    key={column.key}
                    className={`${column.right ? "right num" : ""} ${column.wide ? "wide-only" : ""}`}
                  >
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          {after > 0 ? <Pad height={after} /> : null}
        </tbody>
      </table>
    </section>
  );
}

function Pad({ height }: { height: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a table row cannot take the focus
    <tr className="pad" aria-hidden="true">
      <td style={{ height }} />
    </tr>
  );
}

function Head<T>({
  column,
  sort,
  onSort,
}: {
  column: Column<T>;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
}) {
  const active = sort?.key === column.key ? sort : null;
  const name = `${column.right ? "right" : ""} ${column.wide ? "wide-only" : ""}`;
  if (!column.sortable || !onSort) {
    return (
      <th scope="col" className={name}>
        {column.title}
      </th>
    );
  }
  return (
    <th
      scope="col"
      className={name}
      aria-sort={active ? (active.descending ? "descending" : "ascending") : "none"}
    >
      <button
        type="button"
        onClick={() => onSort({ key: column.key, descending: active ? !active.descending : false })}
      >
        {column.title}
        <span aria-hidden="true">{active ? (active.descending ? "↓" : "↑") : "↕"}</span>
      </button>
    </th>
  );
}
