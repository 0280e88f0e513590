/** A unified diff: added and removed lines told apart by their signs and by colour, in a box that scrolls. */
import { CopyButton } from "../ui/Button";

const tone = (line: string): string => {
  if (line.startsWith("+++") || line.startsWith("---") || line.startsWith("@@")) return "head";
  return line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "";
};

export function Diff({ text, what }: { text: string; what: string }) {
  return (
    <div className="command">
      <section className="diff" aria-label={`Lines changed: ${what}`}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls is reached by keyboard */}
        <pre tabIndex={0}>
          <code>
            {text.split("\n").map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the lines never change their order
              <span key={index} className={tone(line)}>
                {line}
                {"\n"}
              </span>
            ))}
          </code>
        </pre>
      </section>
      <CopyButton text={text} what={`the diff of ${what}`} />
    </div>
  );
}
