(declare-type Service Concept)
; comment
(EvaluationLink (stv 0.25 .5) (PredicateNode "p") (ListLink (ConceptNode "a\n\"") (Service "b" (av 1 2 3))))
(Concept "c" (alist (cons (Predicate "f") (FloatValue 1 2.5)) (cons (Predicate "*-TruthValueKey-*") (SimpleTruthValue 0.5 0.75))))
#| block |# (cog-set-value! (Concept "a") (Predicate "s") (LinkValue #t 3 "x" (StreamValue 2 0 1.0)))
(State (Anchor "k") (Number 1 2)) (Define (DefinedSchema "d") (Set (Concept "c") (Concept "a")))
