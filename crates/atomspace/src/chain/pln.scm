;; Rules of Probabilistic Logic Networks. docs/chaining.md says how rules are written, docs/pln.md what the formulas are and
;; where they come from.

;; Inheritances between terms: the terms' probabilities are read beside the premises.

(Define (DefinedSchema "inheritance-deduction")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeInh "Concept"))
      (TypedVariable (Variable "$b") (TypeInh "Concept"))
      (TypedVariable (Variable "$c") (TypeInh "Concept")))
    (And (Inheritance (Variable "$a") (Variable "$b"))
         (Inheritance (Variable "$b") (Variable "$c"))
         (Not (Identical (Variable "$a") (Variable "$c"))))
    (ExecutionOutput (GroundedSchema "pln:deduction")
      (List (Inheritance (Variable "$a") (Variable "$c"))
        (Variable "$a") (Variable "$b") (Variable "$c") (Inheritance (Variable "$a") (Variable "$b")) (Inheritance (Variable "$b") (Variable "$c"))))))
(Member (DefinedSchema "inheritance-deduction") (Concept "pln"))

(Define (DefinedSchema "inheritance-inversion")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeInh "Concept"))
      (TypedVariable (Variable "$b") (TypeInh "Concept")))
    (And (Inheritance (Variable "$a") (Variable "$b"))
         (Not (Identical (Variable "$a") (Variable "$b"))))
    (ExecutionOutput (GroundedSchema "pln:inversion")
      (List (Inheritance (Variable "$b") (Variable "$a"))
        (Variable "$a") (Variable "$b") (Inheritance (Variable "$a") (Variable "$b"))))))
(Member (DefinedSchema "inheritance-inversion") (Concept "pln"))

(Define (DefinedSchema "inheritance-induction")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeInh "Concept"))
      (TypedVariable (Variable "$b") (TypeInh "Concept"))
      (TypedVariable (Variable "$c") (TypeInh "Concept")))
    (And (Inheritance (Variable "$b") (Variable "$a"))
         (Inheritance (Variable "$b") (Variable "$c"))
         (Not (Identical (Variable "$a") (Variable "$c"))))
    (ExecutionOutput (GroundedSchema "pln:induction")
      (List (Inheritance (Variable "$a") (Variable "$c"))
        (Variable "$a") (Variable "$b") (Variable "$c") (Inheritance (Variable "$b") (Variable "$a")) (Inheritance (Variable "$b") (Variable "$c"))))))
(Member (DefinedSchema "inheritance-induction") (Concept "pln"))

(Define (DefinedSchema "inheritance-abduction")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeInh "Concept"))
      (TypedVariable (Variable "$b") (TypeInh "Concept"))
      (TypedVariable (Variable "$c") (TypeInh "Concept")))
    (And (Inheritance (Variable "$a") (Variable "$b"))
         (Inheritance (Variable "$c") (Variable "$b"))
         (Not (Identical (Variable "$a") (Variable "$c"))))
    (ExecutionOutput (GroundedSchema "pln:abduction")
      (List (Inheritance (Variable "$a") (Variable "$c"))
        (Variable "$a") (Variable "$b") (Variable "$c") (Inheritance (Variable "$a") (Variable "$b")) (Inheritance (Variable "$c") (Variable "$b"))))))
(Member (DefinedSchema "inheritance-abduction") (Concept "pln"))

;; Implications between terms: the terms' probabilities are read beside the premises.

(Define (DefinedSchema "implication-deduction")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$b") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$c") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not"))))
    (And (Implication (Variable "$a") (Variable "$b"))
         (Implication (Variable "$b") (Variable "$c"))
         (Not (Identical (Variable "$a") (Variable "$c"))))
    (ExecutionOutput (GroundedSchema "pln:deduction")
      (List (Implication (Variable "$a") (Variable "$c"))
        (Variable "$a") (Variable "$b") (Variable "$c") (Implication (Variable "$a") (Variable "$b")) (Implication (Variable "$b") (Variable "$c"))))))
(Member (DefinedSchema "implication-deduction") (Concept "pln"))

(Define (DefinedSchema "implication-inversion")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$b") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not"))))
    (And (Implication (Variable "$a") (Variable "$b"))
         (Not (Identical (Variable "$a") (Variable "$b"))))
    (ExecutionOutput (GroundedSchema "pln:inversion")
      (List (Implication (Variable "$b") (Variable "$a"))
        (Variable "$a") (Variable "$b") (Implication (Variable "$a") (Variable "$b"))))))
(Member (DefinedSchema "implication-inversion") (Concept "pln"))

(Define (DefinedSchema "implication-induction")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$b") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$c") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not"))))
    (And (Implication (Variable "$b") (Variable "$a"))
         (Implication (Variable "$b") (Variable "$c"))
         (Not (Identical (Variable "$a") (Variable "$c"))))
    (ExecutionOutput (GroundedSchema "pln:induction")
      (List (Implication (Variable "$a") (Variable "$c"))
        (Variable "$a") (Variable "$b") (Variable "$c") (Implication (Variable "$b") (Variable "$a")) (Implication (Variable "$b") (Variable "$c"))))))
(Member (DefinedSchema "implication-induction") (Concept "pln"))

(Define (DefinedSchema "implication-abduction")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$b") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$c") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not"))))
    (And (Implication (Variable "$a") (Variable "$b"))
         (Implication (Variable "$c") (Variable "$b"))
         (Not (Identical (Variable "$a") (Variable "$c"))))
    (ExecutionOutput (GroundedSchema "pln:abduction")
      (List (Implication (Variable "$a") (Variable "$c"))
        (Variable "$a") (Variable "$b") (Variable "$c") (Implication (Variable "$a") (Variable "$b")) (Implication (Variable "$c") (Variable "$b"))))))
(Member (DefinedSchema "implication-abduction") (Concept "pln"))

;; From premises to what they imply.

(Define (DefinedSchema "modus-ponens")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$b") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not"))))
    (And (Variable "$a")
         (Implication (Variable "$a") (Variable "$b")))
    (ExecutionOutput (GroundedSchema "pln:modus-ponens")
      (List (Variable "$b")
        (Variable "$a") (Implication (Variable "$a") (Variable "$b"))))))
(Member (DefinedSchema "modus-ponens") (Concept "pln"))

(Define (DefinedSchema "symmetric-modus-ponens")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$b") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not"))))
    (And (Variable "$a")
         (Equivalence (Variable "$a") (Variable "$b")))
    (ExecutionOutput (GroundedSchema "pln:symmetric-modus-ponens")
      (List (Variable "$b")
        (Variable "$a") (Equivalence (Variable "$a") (Variable "$b"))))))
(Member (DefinedSchema "symmetric-modus-ponens") (Concept "pln"))

(Define (DefinedSchema "evaluation-implication")
  (Bind
    (VariableList
      (TypedVariable (Variable "$p") (TypeInh "Predicate"))
      (TypedVariable (Variable "$q") (TypeInh "Predicate"))
      (Variable "$x"))
    (And (Evaluation (Variable "$p") (Variable "$x"))
         (Implication (Variable "$p") (Variable "$q")))
    (ExecutionOutput (GroundedSchema "pln:evaluation-implication")
      (List (Evaluation (Variable "$q") (Variable "$x"))
        (Variable "$p") (Variable "$x") (Variable "$q") (Evaluation (Variable "$p") (Variable "$x")) (Implication (Variable "$p") (Variable "$q"))))))
(Member (DefinedSchema "evaluation-implication") (Concept "pln"))

;; Members, inheritance, similarity.

(Define (DefinedSchema "member-deduction")
  (Bind
    (VariableList
      (Variable "$x")
      (TypedVariable (Variable "$b") (TypeInh "Concept"))
      (TypedVariable (Variable "$c") (TypeInh "Concept")))
    (And (Member (Variable "$x") (Variable "$b"))
         (Inheritance (Variable "$b") (Variable "$c")))
    (ExecutionOutput (GroundedSchema "pln:member-deduction")
      (List (Member (Variable "$x") (Variable "$c"))
        (Variable "$x") (Variable "$b") (Variable "$c") (Member (Variable "$x") (Variable "$b")) (Inheritance (Variable "$b") (Variable "$c"))))))
(Member (DefinedSchema "member-deduction") (Concept "pln"))

(Define (DefinedSchema "member-to-inheritance")
  (Bind
    (VariableList
      (TypedVariable (Variable "$x") (TypeInh "Concept"))
      (TypedVariable (Variable "$c") (TypeInh "Concept")))
    (Member (Variable "$x") (Variable "$c"))
    (ExecutionOutput (GroundedSchema "pln:member-to-inheritance")
      (List (Inheritance (Variable "$x") (Variable "$c"))
        (Member (Variable "$x") (Variable "$c"))))))
(Member (DefinedSchema "member-to-inheritance") (Concept "pln"))

(Define (DefinedSchema "inheritance-to-similarity")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeInh "Concept"))
      (TypedVariable (Variable "$b") (TypeInh "Concept")))
    (And (Inheritance (Variable "$a") (Variable "$b"))
         (Inheritance (Variable "$b") (Variable "$a"))
         (Not (Identical (Variable "$a") (Variable "$b"))))
    (ExecutionOutput (GroundedSchema "pln:inheritance-to-similarity")
      (List (Similarity (Variable "$a") (Variable "$b"))
        (Inheritance (Variable "$a") (Variable "$b")) (Inheritance (Variable "$b") (Variable "$a"))))))
(Member (DefinedSchema "inheritance-to-similarity") (Concept "pln"))

(Define (DefinedSchema "similarity-to-inheritance")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeInh "Concept"))
      (TypedVariable (Variable "$b") (TypeInh "Concept")))
    (And (Similarity (Variable "$a") (Variable "$b"))
         (Not (Identical (Variable "$a") (Variable "$b"))))
    (ExecutionOutput (GroundedSchema "pln:similarity-to-inheritance")
      (List (Inheritance (Variable "$a") (Variable "$b"))
        (Variable "$a") (Variable "$b") (Similarity (Variable "$a") (Variable "$b"))))))
(Member (DefinedSchema "similarity-to-inheritance") (Concept "pln"))

(Define (DefinedSchema "transitive-similarity")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeInh "Concept"))
      (TypedVariable (Variable "$b") (TypeInh "Concept"))
      (TypedVariable (Variable "$c") (TypeInh "Concept")))
    (And (Similarity (Variable "$a") (Variable "$b"))
         (Similarity (Variable "$b") (Variable "$c"))
         (Not (Identical (Variable "$a") (Variable "$c"))))
    (ExecutionOutput (GroundedSchema "pln:transitive-similarity")
      (List (Similarity (Variable "$a") (Variable "$c"))
        (Variable "$a") (Variable "$b") (Variable "$c") (Similarity (Variable "$a") (Variable "$b")) (Similarity (Variable "$b") (Variable "$c"))))))
(Member (DefinedSchema "transitive-similarity") (Concept "pln"))

(Define (DefinedSchema "implication-to-equivalence")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$b") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not"))))
    (And (Implication (Variable "$a") (Variable "$b"))
         (Implication (Variable "$b") (Variable "$a"))
         (Not (Identical (Variable "$a") (Variable "$b"))))
    (ExecutionOutput (GroundedSchema "pln:implication-to-equivalence")
      (List (Equivalence (Variable "$a") (Variable "$b"))
        (Implication (Variable "$a") (Variable "$b")) (Implication (Variable "$b") (Variable "$a"))))))
(Member (DefinedSchema "implication-to-equivalence") (Concept "pln"))

(Define (DefinedSchema "equivalence-to-implication")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$b") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not"))))
    (And (Equivalence (Variable "$a") (Variable "$b"))
         (Not (Identical (Variable "$a") (Variable "$b"))))
    (ExecutionOutput (GroundedSchema "pln:equivalence-to-implication")
      (List (Implication (Variable "$a") (Variable "$b"))
        (Variable "$a") (Variable "$b") (Equivalence (Variable "$a") (Variable "$b"))))))
(Member (DefinedSchema "equivalence-to-implication") (Concept "pln"))

;; Parts of what is stated. A conjunction must be a fact for its parts to be taken from it.

(Define (DefinedSchema "and-elimination")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "Or") (Type "Not")))
      (Variable "$b"))
    (Present (And (Variable "$a") (Variable "$b")))
    (ExecutionOutput (GroundedSchema "pln:and-elimination")
      (List (Variable "$a")
        (And (Variable "$a") (Variable "$b"))))))
(Member (DefinedSchema "and-elimination") (Concept "pln"))

(Define (DefinedSchema "and-elimination-of-3")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "Or") (Type "Not")))
      (Variable "$b")
      (Variable "$c"))
    (Present (And (Variable "$a") (Variable "$b") (Variable "$c")))
    (ExecutionOutput (GroundedSchema "pln:and-elimination")
      (List (Variable "$a")
        (And (Variable "$a") (Variable "$b") (Variable "$c"))))))
(Member (DefinedSchema "and-elimination-of-3") (Concept "pln"))

(Define (DefinedSchema "and-elimination-of-4")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "Or") (Type "Not")))
      (Variable "$b")
      (Variable "$c")
      (Variable "$d"))
    (Present (And (Variable "$a") (Variable "$b") (Variable "$c") (Variable "$d")))
    (ExecutionOutput (GroundedSchema "pln:and-elimination")
      (List (Variable "$a")
        (And (Variable "$a") (Variable "$b") (Variable "$c") (Variable "$d"))))))
(Member (DefinedSchema "and-elimination-of-4") (Concept "pln"))

(Define (DefinedSchema "and-elimination-of-5")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "Or") (Type "Not")))
      (Variable "$b")
      (Variable "$c")
      (Variable "$d")
      (Variable "$e"))
    (Present (And (Variable "$a") (Variable "$b") (Variable "$c") (Variable "$d") (Variable "$e")))
    (ExecutionOutput (GroundedSchema "pln:and-elimination")
      (List (Variable "$a")
        (And (Variable "$a") (Variable "$b") (Variable "$c") (Variable "$d") (Variable "$e"))))))
(Member (DefinedSchema "and-elimination-of-5") (Concept "pln"))

(Define (DefinedSchema "not-elimination")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or"))))
    (LocalQuote (Not (Variable "$a")))
    (ExecutionOutput (GroundedSchema "pln:not")
      (List (Variable "$a")
        (Not (Variable "$a"))))))
(Member (DefinedSchema "not-elimination") (Concept "pln"))

;; What follows makes larger atoms of smaller ones, without an end where it goes forward; it is for backward chaining, where
;; the target says what is to be made.

(Define (DefinedSchema "and-introduction")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$b") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not"))))
    (And (Variable "$a")
         (Variable "$b")
         (Not (Identical (Variable "$a") (Variable "$b"))))
    (ExecutionOutput (GroundedSchema "pln:and")
      (List (And (Variable "$a") (Variable "$b"))
        (Variable "$a") (Variable "$b")))))
(Member (DefinedSchema "and-introduction") (Concept "pln-backward"))

(Define (DefinedSchema "or-introduction")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$b") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or") (Type "Not"))))
    (And (Variable "$a")
         (Variable "$b")
         (Not (Identical (Variable "$a") (Variable "$b"))))
    (ExecutionOutput (GroundedSchema "pln:or")
      (List (Or (Variable "$a") (Variable "$b"))
        (Variable "$a") (Variable "$b")))))
(Member (DefinedSchema "or-introduction") (Concept "pln-backward"))

(Define (DefinedSchema "and-introduction-of-3")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$b") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$c") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "Or") (Type "Not"))))
    (And (Variable "$a")
         (Variable "$b")
         (Variable "$c")
         (Not (Identical (Variable "$a") (Variable "$b")))
         (Not (Identical (Variable "$a") (Variable "$c")))
         (Not (Identical (Variable "$b") (Variable "$c"))))
    (ExecutionOutput (GroundedSchema "pln:and")
      (List (And (Variable "$a") (Variable "$b") (Variable "$c"))
        (Variable "$a") (Variable "$b") (Variable "$c")))))
(Member (DefinedSchema "and-introduction-of-3") (Concept "pln-backward"))

(Define (DefinedSchema "and-introduction-of-4")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$b") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$c") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$d") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "Or") (Type "Not"))))
    (And (Variable "$a")
         (Variable "$b")
         (Variable "$c")
         (Variable "$d")
         (Not (Identical (Variable "$a") (Variable "$b")))
         (Not (Identical (Variable "$a") (Variable "$c")))
         (Not (Identical (Variable "$a") (Variable "$d")))
         (Not (Identical (Variable "$b") (Variable "$c")))
         (Not (Identical (Variable "$b") (Variable "$d")))
         (Not (Identical (Variable "$c") (Variable "$d"))))
    (ExecutionOutput (GroundedSchema "pln:and")
      (List (And (Variable "$a") (Variable "$b") (Variable "$c") (Variable "$d"))
        (Variable "$a") (Variable "$b") (Variable "$c") (Variable "$d")))))
(Member (DefinedSchema "and-introduction-of-4") (Concept "pln-backward"))

(Define (DefinedSchema "and-introduction-of-5")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$b") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$c") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$d") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "Or") (Type "Not")))
      (TypedVariable (Variable "$e") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "Or") (Type "Not"))))
    (And (Variable "$a")
         (Variable "$b")
         (Variable "$c")
         (Variable "$d")
         (Variable "$e")
         (Not (Identical (Variable "$a") (Variable "$b")))
         (Not (Identical (Variable "$a") (Variable "$c")))
         (Not (Identical (Variable "$a") (Variable "$d")))
         (Not (Identical (Variable "$a") (Variable "$e")))
         (Not (Identical (Variable "$b") (Variable "$c")))
         (Not (Identical (Variable "$b") (Variable "$d")))
         (Not (Identical (Variable "$b") (Variable "$e")))
         (Not (Identical (Variable "$c") (Variable "$d")))
         (Not (Identical (Variable "$c") (Variable "$e")))
         (Not (Identical (Variable "$d") (Variable "$e"))))
    (ExecutionOutput (GroundedSchema "pln:and")
      (List (And (Variable "$a") (Variable "$b") (Variable "$c") (Variable "$d") (Variable "$e"))
        (Variable "$a") (Variable "$b") (Variable "$c") (Variable "$d") (Variable "$e")))))
(Member (DefinedSchema "and-introduction-of-5") (Concept "pln-backward"))

(Define (DefinedSchema "or-introduction-of-3")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Not")))
      (TypedVariable (Variable "$b") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Not")))
      (TypedVariable (Variable "$c") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Not"))))
    (And (Variable "$a")
         (Variable "$b")
         (Variable "$c")
         (Not (Identical (Variable "$a") (Variable "$b")))
         (Not (Identical (Variable "$a") (Variable "$c")))
         (Not (Identical (Variable "$b") (Variable "$c"))))
    (ExecutionOutput (GroundedSchema "pln:or")
      (List (Or (Variable "$a") (Variable "$b") (Variable "$c"))
        (Variable "$a") (Variable "$b") (Variable "$c")))))
(Member (DefinedSchema "or-introduction-of-3") (Concept "pln-backward"))

(Define (DefinedSchema "or-introduction-of-4")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Not")))
      (TypedVariable (Variable "$b") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Not")))
      (TypedVariable (Variable "$c") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Not")))
      (TypedVariable (Variable "$d") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Not"))))
    (And (Variable "$a")
         (Variable "$b")
         (Variable "$c")
         (Variable "$d")
         (Not (Identical (Variable "$a") (Variable "$b")))
         (Not (Identical (Variable "$a") (Variable "$c")))
         (Not (Identical (Variable "$a") (Variable "$d")))
         (Not (Identical (Variable "$b") (Variable "$c")))
         (Not (Identical (Variable "$b") (Variable "$d")))
         (Not (Identical (Variable "$c") (Variable "$d"))))
    (ExecutionOutput (GroundedSchema "pln:or")
      (List (Or (Variable "$a") (Variable "$b") (Variable "$c") (Variable "$d"))
        (Variable "$a") (Variable "$b") (Variable "$c") (Variable "$d")))))
(Member (DefinedSchema "or-introduction-of-4") (Concept "pln-backward"))

(Define (DefinedSchema "or-introduction-of-5")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Not")))
      (TypedVariable (Variable "$b") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Not")))
      (TypedVariable (Variable "$c") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Not")))
      (TypedVariable (Variable "$d") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Not")))
      (TypedVariable (Variable "$e") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Not"))))
    (And (Variable "$a")
         (Variable "$b")
         (Variable "$c")
         (Variable "$d")
         (Variable "$e")
         (Not (Identical (Variable "$a") (Variable "$b")))
         (Not (Identical (Variable "$a") (Variable "$c")))
         (Not (Identical (Variable "$a") (Variable "$d")))
         (Not (Identical (Variable "$a") (Variable "$e")))
         (Not (Identical (Variable "$b") (Variable "$c")))
         (Not (Identical (Variable "$b") (Variable "$d")))
         (Not (Identical (Variable "$b") (Variable "$e")))
         (Not (Identical (Variable "$c") (Variable "$d")))
         (Not (Identical (Variable "$c") (Variable "$e")))
         (Not (Identical (Variable "$d") (Variable "$e"))))
    (ExecutionOutput (GroundedSchema "pln:or")
      (List (Or (Variable "$a") (Variable "$b") (Variable "$c") (Variable "$d") (Variable "$e"))
        (Variable "$a") (Variable "$b") (Variable "$c") (Variable "$d") (Variable "$e")))))
(Member (DefinedSchema "or-introduction-of-5") (Concept "pln-backward"))

;; A disjunction is at least as likely as a part of it, whatever is known of the others.

(Define (DefinedSchema "or-introduction-by-one-of-2")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Not")))
      (Variable "$b"))
    (Variable "$a")
    (ExecutionOutput (GroundedSchema "pln:or-introduction")
      (List (Or (Variable "$a") (Variable "$b"))
        (Variable "$a")))))
(Member (DefinedSchema "or-introduction-by-one-of-2") (Concept "pln-backward"))

(Define (DefinedSchema "or-introduction-by-one-of-3")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Not")))
      (Variable "$b")
      (Variable "$c"))
    (Variable "$a")
    (ExecutionOutput (GroundedSchema "pln:or-introduction")
      (List (Or (Variable "$a") (Variable "$b") (Variable "$c"))
        (Variable "$a")))))
(Member (DefinedSchema "or-introduction-by-one-of-3") (Concept "pln-backward"))

(Define (DefinedSchema "or-introduction-by-one-of-4")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Not")))
      (Variable "$b")
      (Variable "$c")
      (Variable "$d"))
    (Variable "$a")
    (ExecutionOutput (GroundedSchema "pln:or-introduction")
      (List (Or (Variable "$a") (Variable "$b") (Variable "$c") (Variable "$d"))
        (Variable "$a")))))
(Member (DefinedSchema "or-introduction-by-one-of-4") (Concept "pln-backward"))

(Define (DefinedSchema "or-introduction-by-one-of-5")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Not")))
      (Variable "$b")
      (Variable "$c")
      (Variable "$d")
      (Variable "$e"))
    (Variable "$a")
    (ExecutionOutput (GroundedSchema "pln:or-introduction")
      (List (Or (Variable "$a") (Variable "$b") (Variable "$c") (Variable "$d") (Variable "$e"))
        (Variable "$a")))))
(Member (DefinedSchema "or-introduction-by-one-of-5") (Concept "pln-backward"))

(Define (DefinedSchema "not-introduction")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or"))))
    (Variable "$a")
    (ExecutionOutput (GroundedSchema "pln:not")
      (List (Not (Variable "$a"))
        (Variable "$a")))))
(Member (DefinedSchema "not-introduction") (Concept "pln-backward"))

(Define (DefinedSchema "contraposition")
  (Bind
    (VariableList
      (TypedVariable (Variable "$a") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or")))
      (TypedVariable (Variable "$b") (TypeChoice (TypeInh "Predicate") (Type "Evaluation") (Type "Inheritance") (Type "Member") (Type "Similarity") (Type "And") (Type "Or"))))
    (Implication (Variable "$a") (Variable "$b"))
    (ExecutionOutput (GroundedSchema "pln:contraposition")
      (List (Implication (Not (Variable "$b")) (Not (Variable "$a")))
        (Variable "$a") (Variable "$b") (Implication (Variable "$a") (Variable "$b"))))))
(Member (DefinedSchema "contraposition") (Concept "pln-backward"))

(Define (DefinedSchema "inheritance-to-member")
  (Bind
    (VariableList
      (TypedVariable (Variable "$x") (TypeInh "Concept"))
      (TypedVariable (Variable "$c") (TypeInh "Concept")))
    (Inheritance (Variable "$x") (Variable "$c"))
    (ExecutionOutput (GroundedSchema "pln:inheritance-to-member")
      (List (Member (Variable "$x") (Variable "$c"))
        (Inheritance (Variable "$x") (Variable "$c"))))))
(Member (DefinedSchema "inheritance-to-member") (Concept "pln-backward"))
