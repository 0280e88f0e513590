/** A proof tree: each conclusion opens to the rule that drew it and the premises it was drawn from. */
import type { ProofTree } from "../api/types";
import { sourceLine } from "../ui/format";
import { TruthValue } from "./Hypotheses";

/** Depth to which the tree stands open at first. */
const OPEN_DEPTH = 2;

export function ProofView({ proof }: { proof: ProofTree }) {
  return (
    <div className="proof">
      <h3>Proof</h3>
      <Node node={proof} depth={0} />
    </div>
  );
}

function Node({ node, depth }: { node: ProofTree; depth: number }) {
  const premises = node.premises ?? [];
  const from = sourceLine(node.file, node.line);
  const line = (
    <>
      <code className="break">{node.atom}</code>{" "}
      <TruthValue strength={node.strength} confidence={node.confidence} />{" "}
      {node.rule ? (
        <span className="by" title={node.says ?? undefined}>
          by rule {node.rule}{" "}
        </span>
      ) : null}
      {from ? <span className="from">{from}</span> : null}
    </>
  );
  if (premises.length === 0) return <div className="leaf">{line}</div>;
  return (
    <details open={depth < OPEN_DEPTH}>
      <summary>{line}</summary>
      {node.says ? <p className="by">{node.says}</p> : null}
      <ul>
        {premises.map((premise, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: premises have a fixed order and may repeat
          <li key={index}>
            <Node node={premise} depth={depth + 1} />
          </li>
        ))}
      </ul>
    </details>
  );
}
