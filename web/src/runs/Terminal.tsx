/**
 * A read-only terminal over a bounded window: only the lines in view exist in the page. It follows the end until
 * the reader scrolls up, and holds its place when old lines leave the window.
 */
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useLayoutEffect, useRef } from "react";
import { classNames, parseAnsi, type Style } from "./ansi";
import type { LogWindow } from "./log";

const LINE = 18;
/** Nearer than this to the end counts as being at the end. */
const NEAR = 24;

interface Props {
  log: LogWindow;
  version: number;
  label: string;
  following: boolean;
  onFollowing: (following: boolean) => void;
  wrap: boolean;
  empty: string;
}

export function Terminal({ log, version, label, following, onFollowing, wrap, empty }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const seen = useRef({ dropped: 0, top: 0 });
  const virtual = useVirtualizer({
    count: log.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    getItemKey: (index) => log.dropped + index,
    overscan: 20,
    paddingStart: 6,
    paddingEnd: 6,
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: each version is a new end to follow
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    if (following) box.scrollTop = box.scrollHeight;
    else if (log.dropped > seen.current.dropped) box.scrollTop -= (log.dropped - seen.current.dropped) * LINE;
    seen.current = { dropped: log.dropped, top: box.scrollTop };
  }, [version, following, wrap]);

  const scroll = () => {
    const box = scroller.current;
    if (!box) return;
    const up = box.scrollTop < seen.current.top - 2;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    seen.current.top = box.scrollTop;
    if (following && up && !atEnd) onFollowing(false);
    else if (!following && atEnd && !up) onFollowing(true);
  };

  const measure = wrap ? virtual.measureElement : undefined;
  return (
    <div
      ref={scroller}
      className={`term ${wrap ? "wrap" : ""}`}
      role="log"
      aria-live="off"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      onScroll={scroll}
    >
      {log.length === 0 ? <div className="term-empty">{empty}</div> : null}
      <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((item) => {
          const line = log.line(item.index);
          if (!line) return null;
          return (
            <div
              key={item.key}
              ref={measure}
              data-index={item.index}
              className={`term-line ${line.stream}`}
              style={{ transform: `translateY(${item.start}px)`, ...(wrap ? {} : { height: LINE }) }}
            >
              {line.stream === "stderr" ? <span className="visually-hidden">stderr: </span> : null}
              <Line text={line.text} start={line.style} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

const Line = memo(function Line({ text, start }: { text: string; start: Style }) {
  return parseAnsi(text, start).spans.map((span, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: spans are derived whole from the text
    <span key={index} className={classNames(span.style)}>
      {span.text}
    </span>
  ));
});
