/** What an invented inquiry asked, for the mock server. Never shipped. */
import type { Asked, Investigation } from "../../src/api/types";

export const inquiry = (target: string): Investigation["inquiry"] => ({
  question: "checkout is slow",
  namespace: "shop",
  target_id: target,
  target_name: "worker-2",
  context: "",
  max_commands: 12,
});

const AT = "2026-11-26T09:00:00Z";

export const asked = (run: string, task: string): Asked[] => [
  {
    command: "kubectl get pods -n shop -o wide",
    purpose: "Which pods are not ready, restart or cannot start, and where they run.",
    expected_bits: 1.84,
    expected_value: 0.21,
    cost: 1,
    at_stake: [
      "out-of-memory",
      "image-reference-wrong",
      "node-not-ready",
      "probe-port-wrong",
      "crash-at-start",
    ],
    answered: true,
    outcome:
      '(pod-waiting pod/checkout-7c9d5f7b8-x2vkl "main" "CrashLoopBackOff") (restarts pod/checkout-7c9d5f7b8-x2vkl 7) and 4 more',
    facts: 6,
    leading: "service/checkout · crash-at-start (41 %)",
    status: "answered",
    run_id: run,
    task_id: task,
    asked_at: AT,
    answered_at: AT,
  },
  {
    command: "kubectl top pods -n shop",
    purpose: "What memory and processor time pods use.",
    expected_bits: 0.62,
    expected_value: 0.09,
    cost: 1,
    at_stake: ["out-of-memory"],
    answered: false,
    outcome: "failed: error: Metrics API not available",
    facts: 0,
    leading: "service/checkout · crash-at-start (41 %)",
    status: "unanswered",
    run_id: run,
    task_id: task,
    asked_at: AT,
    answered_at: AT,
  },
  {
    command: "kubectl describe pod checkout-7c9d5f7b8-x2vkl -n shop",
    purpose: "Why the pod is as it is: its states, its last end, its probes, its events.",
    expected_bits: 0.97,
    expected_value: 0.4,
    cost: 1.5,
    at_stake: ["out-of-memory", "crash-at-start"],
    answered: true,
    outcome: '(container-terminated pod/checkout-7c9d5f7b8-x2vkl "main" "OOMKilled" 137)',
    facts: 1,
    leading: "service/checkout · out-of-memory (82 %)",
    status: "answered",
    run_id: run,
    task_id: task,
    asked_at: AT,
    answered_at: AT,
  },
];
