/** The application's single stream connection, and the hooks over it. */
import { useEffect, useRef, useSyncExternalStore } from "react";
import { API } from "./client";
import { type Connection, StreamClient, type StreamMessage } from "./stream";

export const stream = new StreamClient({
  connect: () => {
    const { protocol, host } = window.location;
    return new WebSocket(`${protocol === "https:" ? "wss" : "ws"}://${host}${API}/stream`);
  },
  schedule: (run, delayMs) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  random: Math.random,
});

window.addEventListener("online", () => stream.retryNow());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") stream.retryNow();
});

export const useConnection = (): Connection => useSyncExternalStore(stream.watch, () => stream.connection);

/** Subscribes for as long as the component lives; a null topic subscribes to nothing. */
export function useTopic(topic: string | null, listener: (message: StreamMessage) => void): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => {
    if (topic === null) return;
    return stream.subscribe(topic, (message) => latest.current(message));
  }, [topic]);
}
