/** A verdict for the mock server: invented, and never shipped. */
import type { Verdict } from "../../src/api/types";

const fact = (atom: string, file: string, line: number, strength = 0.97, confidence = 0.9) => ({
  atom,
  strength,
  confidence,
  file,
  line,
});

export const diagnosed: Verdict = {
  status: "diagnosed",
  abstention: null,
  healthy_probability: 0.012,
  agreement: 0.81,
  elapsed_ms: 41.6,
  hypotheses: [
    {
      entity: "service/checkout",
      cause: "out_of_memory",
      title: "The memory limit of service checkout is too low",
      probability: 0.824,
      low: 0.71,
      high: 0.9,
      explanation:
        "The kernel ended the container main of checkout-7c9d5f7b8-x2vkl because it went over its memory limit, seven times in the window. Its latency rose after each restart, and frontend, which calls it, slowed down with it.",
      evidence: [
        fact(
          '(container-terminated pod/checkout-7c9d5f7b8-x2vkl main "OOMKilled")',
          "kubernetes/describe-pod-checkout-7c9d5f7b8-x2vkl.txt",
          48,
        ),
        fact("(restarts pod/checkout-7c9d5f7b8-x2vkl 7)", "kubernetes/pods.txt", 6),
        fact(
          "(metric-shift service/checkout memory up 14.2)",
          "metrics/container_memory_working_set_bytes.csv",
          1211,
          0.93,
          0.86,
        ),
        fact("(calls service/frontend service/checkout)", "topology.csv", 4),
      ],
      proof: {
        atom: "(cause service/checkout out_of_memory)",
        strength: 0.95,
        confidence: 0.88,
        rule: "container-out-of-memory",
        says: "The kernel killed a container because it went over its memory limit.",
        file: null,
        line: null,
        premises: [
          {
            ...fact(
              '(container-terminated pod/checkout-7c9d5f7b8-x2vkl main "OOMKilled")',
              "kubernetes/describe-pod-checkout-7c9d5f7b8-x2vkl.txt",
              48,
            ),
            rule: null,
            says: null,
            premises: [],
          },
          {
            atom: "(part-of pod/checkout-7c9d5f7b8-x2vkl service/checkout)",
            strength: 1,
            confidence: 0.99,
            rule: "pod-of-workload",
            says: "A pod belongs to the component that owns its controller.",
            file: null,
            line: null,
            premises: [
              {
                ...fact(
                  "(owned-by pod/checkout-7c9d5f7b8-x2vkl workload/checkout)",
                  "kubernetes/pods.json",
                  112,
                ),
                rule: null,
                says: null,
                premises: [],
              },
            ],
          },
        ],
      },
    },
    {
      entity: "service/checkout",
      cause: "memory_leak",
      title: "Service checkout leaks memory",
      probability: 0.094,
      low: 0.04,
      high: 0.19,
      explanation: "Its memory grows steadily between restarts, at a rate that does not follow the traffic.",
      evidence: [
        fact(
          "(metric-shift service/checkout memory up 14.2)",
          "metrics/container_memory_working_set_bytes.csv",
          1211,
          0.93,
          0.86,
        ),
      ],
      proof: null,
    },
    {
      entity: "node/worker-2",
      cause: "memory_pressure",
      title: "Node worker-2 is short of memory",
      probability: 0.041,
      low: 0.01,
      high: 0.12,
      explanation: "Two other pods on the node were slow as well, but the node reports no pressure.",
      evidence: [],
      proof: null,
    },
  ],
  contradictions: [
    {
      kind: "exclusive_causes",
      between: ["objective", "deductive"],
      explanation:
        "The statistics alone put the onset at payment, which slowed down 20 s before checkout was restarted; the rules find its slowness explained by checkout.",
    },
  ],
  perspectives: [
    ["deductive", 0.93, 0.31, "out_of_memory", "Seven rules fired on the cluster's state."],
    [
      "abductive",
      0.84,
      0.22,
      "out_of_memory",
      "The cheapest set of causes that explains all symptoms has one member.",
    ],
    ["probabilistic", 0.88, 0.19, "out_of_memory", "Noisy-OR over nine candidate causes."],
    ["causal", 0.71, 0.14, "out_of_memory", "The symptoms spread along the calls from checkout."],
    ["objective", 0.64, 0.08, "memory_leak", "Largest robust score per component."],
    ["comparative", 0.52, 0.06, "out_of_memory", "Of three peers only one restarted."],
  ].map(([mode, applicability, weight, cause, note]) => ({
    mode: String(mode),
    applicability: Number(applicability),
    weight: Number(weight),
    conclusions: [
      { entity: "service/checkout", cause: String(cause), strength: 0.91, confidence: 0.8 },
      { entity: "node/worker-2", cause: "memory_pressure", strength: 0.2, confidence: 0.4 },
    ],
    assumptions: ["What is not in the submitted cluster state did not happen."],
    used: ["(restarts pod/checkout-7c9d5f7b8-x2vkl 7)"],
    note: String(note),
  })),
  recommendations: [
    {
      action: "raise-memory-limit",
      entity: "service/checkout",
      cause: "out_of_memory",
      title: "Raise the memory limit of checkout",
      command: "kubectl set resources deployment/checkout -n shop --limits=memory=512Mi",
      risk: "low",
      reversible: true,
      utility: 0.71,
      explanation: "Ends the restarts if the limit is the cause; costs memory on the node.",
    },
    {
      action: "restart",
      entity: "service/checkout",
      cause: "memory_leak",
      title: "Restart checkout to buy time",
      command: "kubectl rollout restart deployment/checkout -n shop",
      risk: "medium",
      reversible: false,
      utility: 0.22,
      explanation: "Frees the memory now, and the same will happen again.",
    },
  ],
  evidence_summary: {
    facts: 1842,
    derived: 211,
    by_kind: {
      metric_shift: 640,
      log_novel: 211,
      container_terminated: 7,
      part_of: 44,
      calls: 31,
      observed: 909,
    },
  },
  skipped: [
    {
      file: "metrics/node_load1.csv",
      line: 418,
      reason: "The value “n/a” in column worker-3 is not a number.",
    },
    {
      file: "logs/ingress.log",
      line: 0,
      reason: "The file is larger than 256 MB; its first 256 MB were read.",
    },
  ],
};

export const abstained: Verdict = {
  ...diagnosed,
  status: "abstained",
  abstention: {
    reason: "undecidable",
    explanation:
      "Three causes are within 4 points of each other. The pods' events of the last hour would tell them apart: kubectl get events -n shop.",
  },
  agreement: 0.34,
  hypotheses: diagnosed.hypotheses.map((each, index) => ({
    ...each,
    probability: 0.31 - index * 0.02,
    low: 0.12,
    high: 0.55,
  })),
  contradictions: [],
  recommendations: [],
  skipped: [],
};
