/** Following one task's output from a component. */
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { stream } from "../api/live";
import type { StreamMessage } from "../api/stream";
import { type Followed, Follower } from "./follower";

/** A hidden tab gets no frames, so a timer stands in for them: the output still arrives. */
const nextFrame = (run: () => void) => {
  if (document.visibilityState === "hidden") setTimeout(run, 250);
  else requestAnimationFrame(run);
};

/** Follows a task for as long as the component lives, from the log position `from` on. */
export function useOutput(taskId: string, from: number): Followed {
  const follower = useMemo(() => new Follower(nextFrame), []);
  const last = useRef(from);
  useEffect(() => {
    const receive = (message: StreamMessage) => {
      if (typeof message.seq === "number") last.current = message.seq;
      follower.receive(message);
    };
    // A second mounting (React does so on purpose while developing) resumes where the first stopped.
    return stream.subscribe(`task/${taskId}`, receive, last.current);
  }, [taskId, follower]);
  return useSyncExternalStore(follower.subscribe, follower.snapshot);
}
