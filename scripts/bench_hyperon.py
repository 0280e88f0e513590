"""Measures hyperon on a graph of expressions, one a line, and prints JSON with the names of the AtomSpace's own figures.

Times are processor time of this thread, the best of two runs. Expressions are counted as hyperon stores them: one for
each edge, all of its parts within it, where the AtomSpace has an atom for every part.
"""
import json
import sys
import time

from hyperon import E, GroundingSpaceRef, MeTTa, S

RUNS = 2


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def timed(work):
    start = time.thread_time()
    out = work()
    return out, time.thread_time() - start


def load(text):
    """The whole text by hyperon's own runner, which parses and adds without a step through Python."""
    metta = MeTTa()
    metta.run(text)
    return metta.space()


def atoms(lines):
    made = []
    for line in lines:
        words = line.replace("(", " ").replace(")", " ").split()
        pair = E(S("List"), E(S("Concept"), S(words[5])), E(S("Concept"), S(words[7])))
        made.append(E(S("Evaluation"), E(S("Predicate"), S(words[2])), pair))
    return made


def main():
    with open(sys.argv[1]) as file:
        text = file.read()
    lines = text.splitlines()
    best = {}

    def note(name, count, seconds):
        best[name] = max(best.get(name, 0.0), count / seconds / 1e6)

    before = resident()
    kept = load(text)
    bytes_each = (resident() - before) / len(lines)
    for _ in range(RUNS):
        _, seconds = timed(lambda: load(text))
        note("load_text_M_expressions_per_s", len(lines), seconds)
        made = atoms(lines)
        space = GroundingSpaceRef()
        _, seconds = timed(lambda: [space.add_atom(atom) for atom in made])
        note("add_expression_M_per_s", len(made), seconds)
        _, seconds = timed(lambda: [space.remove_atom(atom) for atom in made[:2000]])
        note("remove_expression_M_per_s", 2000, seconds)
    print(json.dumps({"expressions": kept.atom_count(), "bytes_an_expression": bytes_each, **best}, indent=2))


main()
