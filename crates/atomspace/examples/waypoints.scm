;; A planning problem: a robot goes from waypoint 1 to waypoint 10.
;;
;; The waypoints are joined in a chain, with three side roads. The last road is locked, and the key lies at waypoint 4. A
;; state is where the robot is and what it carries; a plan is the last action with the plan before it.
;;
;;   (Evaluation (Predicate "leads-to") (List plan (List where carries)))

(Evaluation (stv 1 1) (Predicate "leads-to") (List (Schema "start") (List (Concept "w1") (Concept "nothing"))))

(Evaluation (stv 1 1) (Predicate "road") (List (Concept "w1") (Concept "w2")))
(Evaluation (stv 1 1) (Predicate "road") (List (Concept "w2") (Concept "w3")))
(Evaluation (stv 1 1) (Predicate "road") (List (Concept "w3") (Concept "w4")))
(Evaluation (stv 1 1) (Predicate "road") (List (Concept "w4") (Concept "w5")))
(Evaluation (stv 1 1) (Predicate "road") (List (Concept "w5") (Concept "w6")))
(Evaluation (stv 1 1) (Predicate "road") (List (Concept "w6") (Concept "w7")))
(Evaluation (stv 1 1) (Predicate "road") (List (Concept "w7") (Concept "w8")))
(Evaluation (stv 1 1) (Predicate "road") (List (Concept "w8") (Concept "w9")))
;; Side roads.
(Evaluation (stv 1 1) (Predicate "road") (List (Concept "w2") (Concept "w6")))
(Evaluation (stv 1 1) (Predicate "road") (List (Concept "w5") (Concept "w8")))
(Evaluation (stv 1 1) (Predicate "road") (List (Concept "w1") (Concept "w3")))

(Evaluation (stv 1 1) (Predicate "locked-road") (List (Concept "w9") (Concept "w10")))
(Evaluation (stv 1 1) (Predicate "lies-at") (List (Concept "key") (Concept "w4")))

;; Roads go both ways.
(Define (DefinedSchema "both-ways")
  (Bind (VariableList (Variable "$a") (Variable "$b"))
    (Evaluation (Predicate "road") (List (Variable "$a") (Variable "$b")))
    (ExecutionOutput (GroundedSchema "pln:same")
      (List (Evaluation (Predicate "road") (List (Variable "$b") (Variable "$a")))
        (Evaluation (Predicate "road") (List (Variable "$a") (Variable "$b")))))))

;; Where there is a road, the robot may go. One road may be used twice: the premises may share evidence, as fuzzy-and allows.
(Define (DefinedSchema "go")
  (Bind (VariableList (Variable "$plan") (Variable "$from") (Variable "$to") (Variable "$carried"))
    (And
      (Evaluation (Predicate "road") (List (Variable "$from") (Variable "$to")))
      (Evaluation (Predicate "leads-to") (List (Variable "$plan") (List (Variable "$from") (Variable "$carried")))))
    (ExecutionOutput (GroundedSchema "pln:fuzzy-and")
      (List
        (Evaluation (Predicate "leads-to")
          (List (Execution (Schema "go") (Variable "$plan") (Variable "$to")) (List (Variable "$to") (Variable "$carried"))))
        (Evaluation (Predicate "road") (List (Variable "$from") (Variable "$to")))
        (Evaluation (Predicate "leads-to") (List (Variable "$plan") (List (Variable "$from") (Variable "$carried"))))))))

;; What lies somewhere may be taken by a robot that carries nothing.
(Define (DefinedSchema "take")
  (Bind (VariableList (Variable "$plan") (Variable "$at") (Variable "$what"))
    (And
      (Evaluation (Predicate "lies-at") (List (Variable "$what") (Variable "$at")))
      (Evaluation (Predicate "leads-to") (List (Variable "$plan") (List (Variable "$at") (Concept "nothing")))))
    (ExecutionOutput (GroundedSchema "pln:fuzzy-and")
      (List
        (Evaluation (Predicate "leads-to")
          (List (Execution (Schema "take") (Variable "$plan") (Variable "$what")) (List (Variable "$at") (Variable "$what"))))
        (Evaluation (Predicate "lies-at") (List (Variable "$what") (Variable "$at")))
        (Evaluation (Predicate "leads-to") (List (Variable "$plan") (List (Variable "$at") (Concept "nothing"))))))))

;; A locked road takes the key.
(Define (DefinedSchema "unlock")
  (Bind (VariableList (Variable "$plan") (Variable "$from") (Variable "$to"))
    (And
      (Evaluation (Predicate "locked-road") (List (Variable "$from") (Variable "$to")))
      (Evaluation (Predicate "leads-to") (List (Variable "$plan") (List (Variable "$from") (Concept "key")))))
    (ExecutionOutput (GroundedSchema "pln:fuzzy-and")
      (List
        (Evaluation (Predicate "leads-to")
          (List (Execution (Schema "unlock") (Variable "$plan") (Variable "$to")) (List (Variable "$to") (Concept "key"))))
        (Evaluation (Predicate "locked-road") (List (Variable "$from") (Variable "$to")))
        (Evaluation (Predicate "leads-to") (List (Variable "$plan") (List (Variable "$from") (Concept "key"))))))))

(Member (DefinedSchema "both-ways") (Concept "robot"))
(Member (DefinedSchema "go") (Concept "robot"))
(Member (DefinedSchema "take") (Concept "robot"))
(Member (DefinedSchema "unlock") (Concept "robot"))
