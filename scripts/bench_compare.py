"""Prints the AtomSpace's figures beside their bounds, and beside a peer's where there is one."""
import argparse
import json
import sys

BOUNDS = {
    "bytes_an_atom": ("at most", 100),
    "add_node_M_per_s": ("at least", 5),
    "add_link_M_per_s": ("at least", 2),
    "get_truth_M_per_s": ("at least", 50),
    "get_incoming_set_read_M_per_s": ("at least", 30),
    "remove_atom_M_per_s": ("at least", 1.9),
    "load_text_M_atoms_per_s": ("at least", 2),
    "growth_GB": ("at most", 1.2),
    "two_readers_to_one": ("at least", 1.8),
    "point_prepared_us": ("at most", 2),
    "reverse_point_prepared_us": ("at most", 2),
    "two_hops_prepared_us": ("at most", 8),
    "triangles_planned_ms": ("at most", 60),
    "plan_10_waypoints_ms": ("at most", 50),
    "pln_deduction_M_per_s": ("at least", 1),
    "pln_modus_ponens_M_per_s": ("at least", 1),
    "pln_revision_M_per_s": ("at least", 1),
}
EDGES = 80_000


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("own", nargs="+", help="figures of this program, as JSON")
    parser.add_argument("--peer", help="figures of the peer, as JSON")
    options = parser.parse_args()
    own = {}
    for path in options.own:
        with open(path) as file:
            own |= json.load(file)
    missed = 0
    for name, figure in own.items():
        bound = ""
        if name in BOUNDS:
            word, limit = BOUNDS[name]
            kept = figure <= limit if word == "at most" else figure >= limit
            missed += not kept
            bound = f"{word} {limit}{'' if kept else '   MISSED'}"
        print(f"{name:42} {figure:14.3f}   {bound}")
    if options.peer:
        with open(options.peer) as file:
            peer = json.load(file)
        print("\nhyperon 0.2.6, same graph, same machine, same run; per edge, since it stores an edge as one expression")
        atoms_an_edge = own["atoms"] / EDGES
        pairs = [
            ("load text, edges/s (millions)", own["load_text_M_atoms_per_s"] / atoms_an_edge, peer["load_text_M_expressions_per_s"], False),
            ("add what is made, edges/s (millions)", own["add_link_M_per_s"] / 2, peer["add_expression_M_per_s"], False),
            ("remove, edges/s (millions)", own["remove_atom_M_per_s"] / atoms_an_edge, peer["remove_expression_M_per_s"], False),
            ("bytes an edge, resident", own["resident_bytes_an_edge"], peer["bytes_an_expression"], True),
        ]
        for name in ("point", "reverse_point", "two_hops"):
            for way in ("prepared", "planned"):
                pairs.append((f"{name}, {way}, us", own[f"{name}_{way}_us"], peer[f"{name}_us"], True))
        pairs.append(("triangles, planned, ms", own["triangles_planned_ms"], peer["triangles_ms"], True))
        for name in ("point_found", "two_hops_found", "triangles_found"):
            if own[name] != peer[name]:
                print(f"{name}: {own[name]:.0f} here, {peer[name]} there")
                missed += 1
        for name, ours, theirs, less_is_better in pairs:
            ratio = theirs / ours if less_is_better else ours / theirs
            print(f"{name:42} {ours:10.3f} {theirs:10.3f}   {ratio:8.1f} times better")
    return 1 if missed else 0


sys.exit(main())
