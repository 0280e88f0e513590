"""Measures hyperon on a graph of expressions, one a line, and prints JSON with the names of the AtomSpace's own figures.

Times are processor time of this thread, the best of two runs. Expressions are counted as hyperon stores them: one for
each edge, all of its parts within it, where the AtomSpace has an atom for every part.
"""
import json
import os
import resource
import sys
import time

from hyperon import E, GroundingSpaceRef, MeTTa, S, V

RUNS = 2


def resident():
    """The bytes of this process that are in memory, those of files apart."""
    with open("/proc/self/statm") as file:
        pages = [int(figure) for figure in file.read().split()]
        return (pages[1] - pages[2]) * resource.getpagesize()


def timed(work):
    start = time.thread_time()
    out = work()
    return out, time.thread_time() - start


def load(text, metta=None):
    """The whole text by hyperon's own runner, which parses and adds without a step through Python."""
    metta = metta or MeTTa()
    metta.run(text)
    return metta.space()


def atoms(lines):
    made = []
    for line in lines:
        words = line.replace("(", " ").replace(")", " ").split()
        pair = E(S("List"), E(S("Concept"), S(words[5])), E(S("Concept"), S(words[7])))
        made.append(E(S("Evaluation"), E(S("Predicate"), S(words[2])), pair))
    return made


def edge(one, two):
    return E(S("Evaluation"), E(S("Predicate"), S("predicate-0")), E(S("List"), one, two))


def concept(name):
    return E(S("Concept"), S(name))


def queries(directory):
    """The queries of the AtomSpace's own benchmark, as patterns that are made before the clock starts."""
    with open(f"{directory}/queries.metta") as file:
        space = load(file.read())
    with open(f"{directory}/queries.nodes") as file:
        nodes = file.read().split()

    def each(pattern, asked):
        patterns = [pattern(concept(name)) for name in asked]
        best, found = None, 0
        for _ in range(RUNS):
            results, seconds = timed(lambda: [space.query(one) for one in patterns])
            found = sum(len(list(result.iterator())) for result in results)
            best = seconds if best is None else min(best, seconds)
        return best / len(asked), found

    a, b, c = V("a"), V("b"), V("c")
    rows = {}
    # Backwards every expression is looked through: a few nodes take as long as all of them forwards.
    point, rows["point_found"] = each(lambda node: edge(node, V("x")), nodes)
    reverse, _ = each(lambda node: edge(V("x"), node), nodes[:50])
    hops, rows["two_hops_found"] = each(lambda node: E(S(","), edge(node, V("x")), edge(V("x"), V("y"))), nodes)
    triangle = E(S(","), edge(a, b), edge(b, c), edge(c, a))
    results, seconds = timed(lambda: space.query(triangle))
    rows["triangles_found"] = len(list(results.iterator()))
    return {"point_us": point * 1e6, "reverse_point_us": reverse * 1e6, "two_hops_us": hops * 1e6,
            "triangles_ms": seconds * 1e3, **rows}


def main():
    with open(sys.argv[1]) as file:
        text = file.read()
    lines = text.splitlines()
    best = {}

    def note(name, count, seconds):
        best[name] = max(best.get(name, 0.0), count / seconds / 1e6)

    # The runner with its own library is there before: only the expressions are counted.
    metta = MeTTa()
    metta.run("")
    before = resident()
    kept = load(text, metta)
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
    print(json.dumps({"expressions": kept.atom_count(), "bytes_an_expression": bytes_each, **best, **queries(os.path.dirname(sys.argv[1]))}, indent=2))


main()
